// When something was recorded. The wall clock is for people: it can be set, and then it makes a record of this minute
// hours old. Ages are taken from the clock that counts from the start of the machine.
import type { Clock, Places } from '../context/Context.ts';

export interface Moment {
  /** Wall clock, ISO 8601. */
  readonly at: string;
  /** Names the start of the machine that `up` counts from; missing in records of an older version. */
  readonly boot?: string | null;
  /** In ms since then. */
  readonly up?: number | null;
}

interface MomentTools {
  readonly clock: Pick<Clock, 'now' | 'sinceBoot'>;
  readonly places: Pick<Places, 'bootId'>;
}

export function thisMoment({ clock, places }: MomentTools): Moment {
  return { at: clock.now().toISOString(), boot: places.bootId, up: Math.round(clock.sinceBoot()) };
}

/**
 * How long ago that was, in ms. Infinity for a moment before the last start of this machine: no process of then is
 * there any more. Records of an older version have nothing but the wall clock.
 */
export function ageMs({ at, boot = null, up = null }: Moment, { clock, places }: MomentTools): number {
  if (boot === null || up === null || places.bootId === null) return clock.now().getTime() - Date.parse(at);
  return boot === places.bootId ? clock.sinceBoot() - up : Infinity;
}
