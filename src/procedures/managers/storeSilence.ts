// That etcd does not answer, as the monitor of this host knows it, for whoever must decide without: since when, which
// managers nobody can ask, and what failover was under way when it was last heard.
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { isReserved, knownFailover } from './failoverRecord.ts';
import { managerKey, type ClusterKeys } from './keys.ts';
import { namesOf, readNote, type LeaderNote } from './note.ts';
import type { LeaderSeen } from './standing.ts';
import type { StoreView } from './StoreView.ts';

export interface StoreSilence {
  /** For how long, in ms; null: it answers. */
  readonly forMs: number | null;
  /** What it said last, or rather did not. */
  readonly why: string;
  /** After this each manager that had led has stopped, by its own clock, in ms. */
  readonly ttlMs: number;
  /** Name and addresses of this host. */
  readonly own: readonly string[];
  /** The other managers, as they were last seen. */
  readonly others: readonly { readonly manager: string; readonly hosts: readonly string[] }[];
  /** A failover that nobody may begin anew; null: none was known. */
  readonly failover: string | null;
}

export function storeSilence(one: {
  readonly view: Pick<StoreView, 'silentSince' | 'last' | 'known'>;
  readonly now: number;
  readonly ttlMs: number;
  readonly note: LeaderNote;
  readonly prefix: string;
  readonly keys: Pick<ClusterKeys, 'failover'>;
}): StoreSilence {
  const { view, now, ttlMs, note, prefix, keys } = one;
  const { silentSince } = view;
  // Of the last look that was answered.
  const entries = view.known?.entries;
  const place = managerKey(prefix, '');
  const notes = [...(entries?.values() ?? [])]
    .filter(({ key }) => key.startsWith(place))
    .map(({ value }) => readNote(value));
  return {
    forMs: silentSince === null ? null : now - silentSince,
    why: silenceText(view),
    ttlMs,
    own: namesOf(note),
    others: notes
      .filter(({ manager }) => manager !== note.manager)
      .map((other) => ({ manager: other.manager, hosts: namesOf(other) })),
    failover: failoverText(knownFailover(entries?.get(keys.failover) ?? null)),
  };
}

function failoverText(known: ReturnType<typeof knownFailover>): string | null {
  if (known === null) return null;
  if (isUnknown(known)) return known.unknown;
  const { from, by, phase, at } = known.record;
  return isReserved(known.record)
    ? `the failover of ${from} that ${by} has begun is not finished (${phase}, ${at})`
    : null;
}

/** Null for what is no such answer. */
export function readSilence(line: string): StoreSilence | null {
  try {
    const value = JSON.parse(line) as Partial<StoreSilence> | null;
    const { forMs, why, ttlMs, own, others, failover } = value ?? {};
    if (forMs !== null && typeof forMs !== 'number') return null;
    if (typeof why !== 'string' || typeof ttlMs !== 'number' || !Array.isArray(own) || !Array.isArray(others))
      return null;
    return { forMs, why, ttlMs, own, others, failover: failover ?? null };
  } catch {
    return null;
  }
}

/** Of a store that answers, too. */
export function silenceText({ last }: Pick<StoreView, 'last'>): string {
  return isUnknown(last) ? last.unknown : 'etcd answers';
}

/** For whoever is refused. */
export function whoLeads(leader: LeaderSeen | Unknown, view: Pick<StoreView, 'last' | 'silentSince'>): string {
  if (view.silentSince !== null || isUnknown(leader)) return `who leads is not known (${silenceText(view)})`;
  if (leader.kind === 'nobody') return 'nobody leads';
  return leader.kind === 'ours' ? `this manager has the key, epoch ${leader.epoch}` : `${leader.manager} leads`;
}
