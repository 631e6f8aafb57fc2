// What is asked of the store before each part of a failover is begun: one transaction that is made only when this
// manager may, and that records what it is about to do. Who opens connections to servers does so before: a new leader
// ends the sessions of the old one, and with them whatever was asked for in between.
import type { StoreTransaction } from '../../context/Store.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { failoverPhases, type FailoverPhase, type FailoverRecord, type KnownFailover } from './failoverRecord.ts';
import type { ClusterKeys } from './keys.ts';

interface Rule {
  /** Phases that it may follow. */
  readonly after: readonly FailoverPhase[];
  /**
   * `leader`: the key of the leader must be of the epoch that the failover began in. `record`: it is enough that the
   * record is its own. A store that was silent for a while must not strand a master that is half recovered.
   */
  readonly by: 'leader' | 'record';
}

const rules: Readonly<Record<FailoverPhase, Rule>> = {
  // One that ended before it changed data may be begun anew, by whoever leads.
  begun: { after: ['begun', 'stopping', 'done'], by: 'leader' },
  stopping: { after: ['begun', 'stopping'], by: 'leader' },
  // Without hooks nothing is between.
  recovering: { after: ['begun', 'stopping'], by: 'leader' },
  // Again with the position, when the new master has been asked.
  opening: { after: ['recovering', 'opening'], by: 'record' },
  open: { after: ['opening'], by: 'record' },
  replicas: { after: ['recovering', 'open'], by: 'record' },
  done: { after: ['recovering', 'open', 'replicas'], by: 'record' },
};

/** Why it may not go on. */
export interface Refused {
  readonly refused: string;
}

/**
 * @param next as it shall be written
 * @param known as it was read last; the transaction is not made when it has changed since
 */
export function advance(
  keys: ClusterKeys,
  next: FailoverRecord,
  known: KnownFailover | Unknown | null,
): StoreTransaction | Refused {
  if (isUnknown(known)) return { refused: known.unknown };
  const { after, by } = rules[next.phase];
  const objection = next.phase === 'begun' ? objectionToBegin(known) : objectionToGoOn(next, known);
  if (objection !== null) return { refused: objection };
  if (known !== null && !after.includes(known.record.phase))
    return { refused: `the failover is ${known.record.phase}, which ${next.phase} does not follow` };
  return {
    when: [
      ...(by === 'leader' ? [{ key: keys.leader, createRevision: next.epoch }] : []),
      { key: keys.failover, changeRevision: known?.changeRevision ?? 0 },
    ],
    change: [{ put: keys.failover, value: JSON.stringify(next) }],
    read: [keys.leader, keys.failover],
  };
}

/**
 * After a transaction that nobody answered: whether it was made.
 * @param known read afterwards
 */
export function wasMade(next: FailoverRecord, known: KnownFailover | Unknown | null): boolean {
  if (known === null || isUnknown(known) || known.record.id !== next.id) return false;
  return failoverPhases.indexOf(known.record.phase) >= failoverPhases.indexOf(next.phase);
}

function objectionToBegin(known: KnownFailover | null): string | null {
  if (known === null || rules.begun.after.includes(known.record.phase)) return null;
  const { from, by, phase } = known.record;
  return `a failover of ${from} that ${by} has begun is not finished: ${phase}`;
}

function objectionToGoOn(next: FailoverRecord, known: KnownFailover | null): string | null {
  if (known === null) return 'the store knows nothing of this failover';
  if (known.record.id === next.id) return null;
  return `${known.record.by} has begun another failover since`;
}
