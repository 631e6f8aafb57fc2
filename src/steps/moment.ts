// When something was recorded. The wall clock is for people: it can be set, and then it makes a record of this minute
// hours old. Ages are taken from the clock that counts from the start of the machine.
import type { Clock, Places } from '../context/Context.ts';

export interface Moment {
  /** Wall clock, ISO 8601. */
  readonly at: string;
  /** The start of the machine that `sinceBoot` counts from; null in records of an older version. */
  readonly bootId: string | null;
  /** In ms. */
  readonly sinceBoot: number | null;
}

interface MomentTools {
  readonly clock: Pick<Clock, 'now' | 'sinceBoot'>;
  readonly places: Pick<Places, 'bootId'>;
}

export function thisMoment({ clock, places }: MomentTools): Moment {
  return { at: clock.now().toISOString(), bootId: places.bootId, sinceBoot: Math.round(clock.sinceBoot()) };
}

/**
 * How long ago that was, in ms. Infinity for a moment before the last start of this machine: no process of then is
 * there any more. Records of an older version have nothing but the wall clock.
 */
export function ageMs({ at, bootId, sinceBoot }: Moment, { clock, places }: MomentTools): number {
  if (bootId === null || sinceBoot === null || places.bootId === null) return clock.now().getTime() - Date.parse(at);
  return bootId === places.bootId ? clock.sinceBoot() - sinceBoot : Infinity;
}
