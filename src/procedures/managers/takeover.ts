// What a new leader does with a failover that somebody else has begun. It never begins a second one where data may have
// been changed: that would lose what clients have written to the first new master.
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { isReserved, type FailoverRecord, type KnownFailover } from './failoverRecord.ts';

/** How the new master is now. */
export interface LookAtNewMaster {
  readonly isReadOnly: boolean | Unknown;
  readonly hasAddress: boolean | Unknown;
}

export type Takeover =
  /** Fence, then start the manager. */
  | { readonly do: 'lead' }
  /** Its owner may still be at it. */
  | { readonly do: 'wait' }
  /** Look at the new master, and ask again. */
  | { readonly do: 'look'; readonly at: string }
  /** The manager is not started: a person finishes the failover first. */
  | { readonly do: 'block'; readonly why: Blocked };

export type Blocked =
  /** Nobody can tell what was begun. */
  | { readonly kind: 'unreadable'; readonly text: string }
  /** Logs may have been applied to a replica; nobody writes anywhere. */
  | { readonly kind: 'half recovered'; readonly record: FailoverRecord }
  /** Clients write on the new master, or may; other replicas do not follow it yet. */
  | { readonly kind: 'replicas not pointed'; readonly record: FailoverRecord };

/**
 * @param known as the store has it now: an owner that goes on changes it, and this is asked again
 * @param waitedMs since this manager first saw the record in its present phase
 * @param look at `record.to`; null: not looked yet
 */
export function takeover(
  known: KnownFailover | Unknown | null,
  waitedMs: number,
  runTimeoutMs: number,
  look: LookAtNewMaster | null,
): Takeover {
  if (isUnknown(known)) return { do: 'block', why: { kind: 'unreadable', text: known.unknown } };
  if (known === null || !isReserved(known.record)) return { do: 'lead' };
  if (waitedMs < runTimeoutMs) return { do: 'wait' };
  const { record } = known;
  if (record.phase === 'recovering') return { do: 'block', why: { kind: 'half recovered', record } };
  if (record.phase === 'opening' && record.to !== null) {
    if (look === null) return { do: 'look', at: record.to };
    // Whatever is not known for certain to be closed may have taken writes.
    if (look.isReadOnly === true && look.hasAddress === false)
      return { do: 'block', why: { kind: 'half recovered', record } };
  }
  return { do: 'block', why: { kind: 'replicas not pointed', record } };
}
