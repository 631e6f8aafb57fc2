import type { Clock } from '../../context/Context.ts';

/** How long to wait before it is asked again, in ms: the first time, and at most; twice as long each time. */
export interface Pause {
  readonly first: number;
  readonly most: number;
}

/** Asks until it is so. @throws what `tooLate` makes when another pause would not fit into `ms` */
export async function pollUntil(
  clock: Clock,
  ms: number,
  pause: Pause,
  isSo: () => Promise<boolean>,
  tooLate: () => Error,
): Promise<void> {
  const started = clock.monotonic();
  for (let wait = pause.first; !(await isSo()); wait = Math.min(wait * 2, pause.most)) {
    if (clock.monotonic() - started + wait > ms) throw tooLate();
    await clock.sleep(wait);
  }
}
