// A time without automatic failover in one cluster: who wanted it, and what ends it. Each has an end of its own. Pure.
import type { Clock, Places, ProcessIdentity } from '../../context/Context.ts';
import { ageMs, type Moment } from '../../steps/moment.ts';

export interface Pause extends Moment {
  readonly id: string;
  /**
   * `pause`: a person's, for a time. `stop`: `monitor stop` of one cluster of several. `switch`: while mha-helper
   * switches.
   */
  readonly kind: 'pause' | 'stop' | 'switch';
  readonly by: string | null;
  readonly reason: string | null;
  /** Null: as long as `process` lives. */
  readonly forMs: number | null;
  /** `stop`: the monitor. `switch`: mha-helper; a switch goes on without it to its end, and the pause too. */
  readonly process: ProcessIdentity | null;
  /** The dead master that a switch is for. */
  readonly dead: string | null;
}

/** A switch's stands beside a person's: neither ends the other. */
export type Slot = 'person' | 'switch';

export function slotOf({ kind }: Pick<Pause, 'kind'>): Slot {
  return kind === 'switch' ? 'switch' : 'person';
}

export interface Around {
  readonly clock: Pick<Clock, 'now' | 'sinceBoot'>;
  readonly places: Pick<Places, 'bootId'>;
  isAlive(process: ProcessIdentity): boolean;
  /** masterha_master_switch of this cluster runs on this host. */
  switchRuns(): boolean;
}

/** A time that cannot be (the clock was set back, and the host restarted) ends it: protection is what must not fail. */
export function isOver(pause: Pause, around: Around): boolean {
  const { kind, forMs, process, boot } = pause;
  if (forMs !== null) {
    const age = pauseAgeMs(pause, around);
    return age < 0 || age >= forMs;
  }
  const isSameStart = boot == null || boot === around.places.bootId;
  if (process !== null && isSameStart && around.isAlive(process)) return false;
  return kind !== 'switch' || !around.switchRuns();
}

/** A pause goes on when the host has been started again, by the wall clock then. */
export function pauseAgeMs(pause: Pause, around: Pick<Around, 'clock' | 'places'>): number {
  const age = ageMs(pause, around);
  return age === Infinity ? around.clock.now().getTime() - Date.parse(pause.at) : age;
}

/** ISO 8601; null: it has no time. */
export function untilOf({ at, forMs }: Pause): string | null {
  return forMs === null ? null : new Date(Date.parse(at) + forMs).toISOString();
}

/** For a person, in one line. */
export function pauseText(pause: Pause): string {
  const { kind, by, at, reason, process } = pause;
  const who = by === null ? '' : ` by ${by}`;
  const why = reason === null ? '' : `: ${reason}`;
  if (kind === 'pause') return `paused until ${untilOf(pause) ?? '?'}${who}${why}`;
  if (kind === 'stop') return `stopped${who} at ${at}, alone of this monitor's clusters`;
  return `a switch is at work since ${at}${who} (process ${process?.pid ?? '?'})`;
}

/** Null for a text that is none. */
export function parsePause(text: string): Pause | null {
  try {
    const value = JSON.parse(text) as Partial<Pause> | null;
    const { id, kind, at, forMs = null, process = null } = value ?? {};
    const hasEnd = typeof forMs === 'number' || typeof process?.pid === 'number';
    if (typeof id !== 'string' || typeof at !== 'string' || Number.isNaN(Date.parse(at)) || !hasEnd) return null;
    if (kind !== 'pause' && kind !== 'stop' && kind !== 'switch') return null;
    const { by = null, reason = null, dead = null, boot = null, up = null } = value ?? {};
    return { id, kind, at, boot, up, by, reason, forMs, process, dead };
  } catch {
    return null;
  }
}

/** `2h`, `90m`, `30s`, `1d`, in ms; undefined for anything else, and for more than two weeks. */
export function readDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * ({ s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0);
  return ms > 0 && ms <= 14 * 86_400_000 ? ms : undefined;
}
