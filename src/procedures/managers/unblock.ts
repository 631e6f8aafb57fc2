// On a person's word a failover that nobody finished counts as done, and one that failed on another host as looked at:
// then a manager may lead again.
import { isUnknown } from '../../errors/unknown.ts';
import { isReserved, knownFailover } from './failoverRecord.ts';
import type { GuardPlace } from './GuardPlace.ts';
import type { GuardAnswer } from './guardMessages.ts';
import { managerOf } from './Leadership.ts';
import { readSharedState } from './sharedState.ts';

export async function unblock({
  keys,
  store,
  timeoutMs,
  now,
}: Omit<GuardPlace, 'epoch' | 'whoLeads'>): Promise<GuardAnswer> {
  const read = [keys.failover, keys.state, keys.leader];
  const { read: entries } = await store.transact({ when: [], change: [], read }, timeoutMs);
  const [failover = null, state = null, leader = null] = entries;
  const known = knownFailover(failover);
  const change = [];
  const when = [];
  if (failover !== null && known !== null && (isUnknown(known) || isReserved(known.record))) {
    if (!isUnknown(known) && leader?.createRevision === known.record.epoch)
      return { refused: `${managerOf(leader.value)} leads, and is still at the failover of ${known.record.from}` };
    when.push({ key: keys.failover, changeRevision: failover.changeRevision });
    const done = isUnknown(known) ? null : { ...known.record, phase: 'done', at: now().toISOString() };
    change.push(done === null ? { remove: keys.failover } : { put: keys.failover, value: JSON.stringify(done) });
  }
  const shared = state === null ? null : readSharedState(state.value);
  if (state !== null && (shared === null || shared.failedOn !== null)) {
    when.push({ key: keys.state, changeRevision: state.changeRevision });
    const next = shared === null ? null : { ...shared, failedOn: null };
    change.push(next === null ? { remove: keys.state } : { put: keys.state, value: JSON.stringify(next) });
  }
  if (change.length === 0) return { refused: 'nothing is blocked' };
  const { done } = await store.transact({ when, change }, timeoutMs);
  return done ? { granted: true } : { refused: 'it has changed at this very moment: look again' };
}
