// Where a monitor stands with one cluster, and what follows from what it sees. Without a clock, a store or a process:
// what is known and what is seen in, what is done out.
import { isUnknown, type Unknown } from '../../errors/unknown.ts';

export type Standing =
  /** Another one leads, or nobody. */
  | { readonly name: 'standby' }
  /** The key is ours. The old leader's sessions are ended first; the manager must not run yet. */
  | { readonly name: 'taking over'; readonly epoch: number }
  | { readonly name: 'leader'; readonly epoch: number }
  /** The lease has passed without a word of the store. `was`: what it goes back to when nobody else has led. */
  | { readonly name: 'suspended'; readonly epoch: number; readonly was: 'taking over' | 'leader' };

/** Whose the key of the leader is, as a majority has said. */
export type LeaderSeen =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'ours'; readonly epoch: number }
  | { readonly kind: 'other'; readonly manager: string };

export interface Seen {
  readonly wanted: 'run' | 'stop';
  /** Asked at this very moment. `none`: there is none yet, or it is gone. */
  readonly lease: 'held' | 'doubtful' | 'none';
  /** Of a look that began after the last word about the lease. */
  readonly leader: LeaderSeen | Unknown;
  /** Why this manager must not lead, although nobody does; null: it may. */
  readonly obstacle: string | null;
  /**
   * The old leader's sessions are ended on each server that answers, and no failover is left that forbids a
   * manager.
   */
  readonly isReady: boolean;
  readonly managerRuns: boolean;
  /** A failover of this manager's is past the point of no return. */
  readonly isReserved: boolean;
}

export type LeadershipAction =
  /** Take the key, if nobody has it. */
  | 'campaign'
  /** End the old leader's sessions, see what it has begun. */
  | 'prepare'
  /** The lease is held again: the key has been there all the time. */
  | 'confirm'
  /** Give the key back. */
  | 'resign';

export interface Stand {
  readonly standing: Standing;
  readonly action: LeadershipAction | null;
  /**
   * `may run`: is started when it does not. `must end`: by SIGTERM, now. `may finish`: is not started and not
   * ended.
   */
  readonly manager: 'may run' | 'must end' | 'may finish';
}

const standby: Standing = { name: 'standby' };

export function stand(before: Standing, seen: Seen): Stand {
  switch (before.name) {
    case 'standby':
      return onStandby(seen);
    case 'taking over':
      return lost(before.epoch, seen) ?? suspended(before.epoch, 'taking over', seen) ?? takingOver(before.epoch, seen);
    case 'leader':
      return lost(before.epoch, seen) ?? suspended(before.epoch, 'leader', seen) ?? leading(before.epoch, seen);
    case 'suspended':
      return lost(before.epoch, seen) ?? onSuspension(before, seen);
  }
}

function onStandby(seen: Seen): Stand {
  const stay = not(standby, seen);
  // No key depends on it, but without it none is ever taken again.
  if (seen.lease === 'doubtful' && !isUnknown(seen.leader)) return { ...stay, action: 'confirm' };
  // Ours without our knowing: the answer to the transaction was lost.
  if (seen.lease !== 'held' || isUnknown(seen.leader) || seen.leader.kind === 'other') return stay;
  // What an earlier epoch of ours has left must have ended first: two managers on one host are two as well.
  if (seen.managerRuns) return stay;
  if (seen.leader.kind === 'ours') return takingOver(seen.leader.epoch, { ...seen, isReady: false });
  if (seen.wanted === 'stop' || seen.obstacle !== null) return stay;
  return { ...stay, action: 'campaign' };
}

function takingOver(epoch: number, seen: Seen): Stand {
  if (seen.wanted === 'stop') return { ...not(standby, seen), action: 'resign' };
  if (seen.isReady) return { standing: { name: 'leader', epoch }, action: null, manager: 'may run' };
  return { ...not({ name: 'taking over', epoch }, seen), action: 'prepare' };
}

function leading(epoch: number, seen: Seen): Stand {
  const standing: Standing = { name: 'leader', epoch };
  if (seen.wanted === 'run') return { standing, action: null, manager: 'may run' };
  // The key is kept for as long as the manager runs: nobody else may start one.
  return seen.managerRuns ? not(standing, seen) : { ...not(standby, seen), action: 'resign' };
}

function onSuspension({ epoch, was }: Extract<Standing, { name: 'suspended' }>, seen: Seen): Stand {
  const stay = not({ name: 'suspended', epoch, was }, seen);
  // One look confirms the lease for all clusters, but each goes by its own key.
  if (isUnknown(seen.leader)) return stay;
  if (seen.lease === 'doubtful') return { ...stay, action: 'confirm' };
  return was === 'leader' ? leading(epoch, seen) : takingOver(epoch, { ...seen, isReady: false });
}

/** The key is not ours any more, for certain. */
function lost(epoch: number, seen: Seen): Stand | null {
  const { lease, leader } = seen;
  const isGone = !isUnknown(leader) && (leader.kind !== 'ours' || leader.epoch !== epoch);
  return lease === 'none' || isGone ? not(standby, seen) : null;
}

function suspended(epoch: number, was: 'taking over' | 'leader', seen: Seen): Stand | null {
  return seen.lease === 'held' ? null : not({ name: 'suspended', epoch, was }, seen);
}

/** No manager is started. One whose failover cannot be taken back any more goes on. */
function not(standing: Standing, { isReserved }: Seen): Stand {
  return { standing, action: null, manager: isReserved ? 'may finish' : 'must end' };
}
