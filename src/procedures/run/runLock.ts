import type { Lock, Places, Tools } from '../../context/Context.ts';

/** How long a run that carries out a standing order is waited for, in ms: longer than it may take. */
const orderMs = 30_000;
const againMs = 50;

/** The file that a cluster's runs lock; it stays, and its text says only who locked it last. */
export function runLock(places: Pick<Places, 'stateDirectory'>, cluster: string): string {
  return `${places.stateDirectory}/${cluster}.run-lock`;
}

/** Names the runs that carry out a standing order. */
export const orderProcedure = 'standing order';

/**
 * A standing order that is being carried out ends soon, and is no reason to refuse a failover.
 * @param owner what others are told of us
 */
export async function takeRunLock(
  path: string,
  owner: string,
  { clock, interrupted, locks }: Pick<Tools, 'clock' | 'interrupted' | 'locks'>,
): Promise<Lock> {
  for (const until = clock.monotonic() + orderMs; ;) {
    const lock = await locks.take(path, owner);
    const isOrder = lock.kind === 'held' && lock.owner.startsWith(`"${orderProcedure}`);
    if (!isOrder || clock.monotonic() >= until) return lock;
    await clock.sleep(againMs, interrupted);
  }
}
