import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stand, type LeaderSeen, type Seen, type Standing } from '../../../../src/procedures/managers/standing.ts';

const unknown = { unknown: 'the store does not answer' };
const nobody: LeaderSeen = { kind: 'nobody' };
const ours: LeaderSeen = { kind: 'ours', epoch: 7 };
const other: LeaderSeen = { kind: 'other', manager: 'mgr2' };
const well: Seen = {
  wanted: 'run',
  lease: 'held',
  leader: ours,
  obstacle: null,
  isReady: false,
  managerRuns: false,
  isReserved: false,
};
const standby: Standing = { name: 'standby' };
const takingOver: Standing = { name: 'taking over', epoch: 7 };
const leader: Standing = { name: 'leader', epoch: 7 };
const suspended: Standing = { name: 'suspended', epoch: 7, was: 'leader' };

/** `standing action manager` */
const after = (before: Standing, change: Partial<Seen>): string => {
  const { standing, action, manager } = stand(before, { ...well, ...change });
  return `${standing.name}, ${action ?? '-'}, ${manager}`;
};

test('a key that nobody has is taken only with a lease that is held, and when nothing stands against it', () => {
  assert.equal(after(standby, { leader: nobody }), 'standby, campaign, must end');
  const nots: readonly Partial<Seen>[] = [
    { leader: unknown },
    { leader: other },
    { lease: 'none' },
    { lease: 'doubtful', leader: unknown },
    { obstacle: 'other servers' },
    { wanted: 'stop' },
    { managerRuns: true },
  ];
  for (const not of nots) assert.equal(after(standby, { leader: nobody, ...not }), 'standby, -, must end');
});

test('a lease that was doubtful on standby is confirmed by a look, or nobody would ever lead', () => {
  for (const leader of [nobody, other])
    assert.equal(after(standby, { leader, lease: 'doubtful' }), 'standby, confirm, must end');
});

test('a key that is ours without our knowing is taken over, not used at once', () => {
  assert.equal(after(standby, { isReady: true }), 'taking over, prepare, must end');
  assert.equal(after(standby, { managerRuns: true }), 'standby, -, must end');
});

test('the manager runs when the old leader is fenced', () => {
  assert.equal(after(takingOver, {}), 'taking over, prepare, must end');
  assert.equal(after(takingOver, { isReady: true }), 'leader, -, may run');
  assert.equal(after(takingOver, { isReady: true, lease: 'doubtful' }), 'suspended, -, must end');
  assert.equal(after(takingOver, { wanted: 'stop' }), 'standby, resign, must end');
});

test('a leader whom the store does not answer goes on until its lease ends', () => {
  assert.equal(after(leader, { leader: unknown }), 'leader, -, may run');
  assert.equal(after(leader, { leader: unknown, lease: 'doubtful' }), 'suspended, -, must end');
  assert.equal(after(leader, { leader: unknown, lease: 'none' }), 'standby, -, must end');
});

test('a key that has another owner, or another epoch, is lost whatever the lease says', () => {
  const notOurs: readonly LeaderSeen[] = [nobody, other, { kind: 'ours', epoch: 8 }];
  for (const before of [takingOver, leader, suspended])
    for (const lease of ['held', 'doubtful', 'none'] as const)
      for (const seen of notOurs)
        assert.equal(after(before, { leader: seen, lease, isReady: true }), 'standby, -, must end');
});

test('who was suspended leads again when its own key was seen to be there, and not before', () => {
  assert.equal(after(suspended, { lease: 'doubtful', leader: unknown }), 'suspended, -, must end');
  assert.equal(after(suspended, { lease: 'doubtful' }), 'suspended, confirm, must end');
  assert.equal(after(suspended, { lease: 'held', leader: unknown }), 'suspended, -, must end');
  assert.equal(after(suspended, {}), 'leader, -, may run');
  const before: Standing = { ...suspended, was: 'taking over' };
  assert.equal(after(before, { isReady: true }), 'taking over, prepare, must end');
});

test('a failover that cannot be taken back is neither ended nor is another manager started', () => {
  for (const change of [{ lease: 'doubtful' }, { lease: 'none' }, { leader: other }] as const)
    assert.match(after(leader, { ...change, managerRuns: true, isReserved: true }), /may finish$/);
  assert.equal(after(standby, { leader: nobody, managerRuns: true, isReserved: true }), 'standby, -, may finish');
});

test('who is told to stop keeps the key until the manager has ended', () => {
  assert.equal(after(leader, { wanted: 'stop', managerRuns: true }), 'leader, -, must end');
  assert.equal(after(leader, { wanted: 'stop', managerRuns: true, isReserved: true }), 'leader, -, may finish');
  assert.equal(after(leader, { wanted: 'stop' }), 'standby, resign, must end');
});
