import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCluster, type ClusterState, type Observation } from '../../../../src/procedures/monitor/clusterState.ts';
import { crashesToTell, crashWindowMs, failuresToTell } from '../../../../src/procedures/monitor/limits.ts';
import { after, managerEnded } from '../../../../src/procedures/monitor/managerEnded.ts';

const now = 10_000_000;
const seen: Observation = {
  now,
  wanted: 'run',
  manager: null,
  exitCode: 0,
  status: 'NOT_RUNNING',
  master: null,
  completeAt: null,
  failed: false,
  returned: [],
  failedOverTo: null,
  reason: '',
  hesitation: '',
};
const state: ClusterState = { ...newCluster, status: 'PING_OK', master: 'db10', failingSince: now - 8_000 };

test('a newer .failover.complete is its work: the old master is absent, the new one is watched at once', () => {
  const moved = managerEnded(
    state,
    { ...seen, completeAt: now - 1_000, failedOverTo: { to: 'db11', partial: false } },
    5,
  ).state;
  assert.deepEqual([moved.master, moved.absent, moved.phase], ['db11', ['db10'], { name: 'waiting', until: now }]);
  assert.deepEqual(moved.lastFailover, {
    at: now - 1_000,
    durationMs: 7_000,
    from: 'db10',
    to: 'db11',
    partial: false,
  });
  assert.equal(moved.incident, null);
});

test('an old .failover.complete is none of its work', () => {
  const next = managerEnded(state, { ...seen, completeAt: 5 }, 5).state;
  assert.deepEqual([next.lastFailover, next.failures], [null, 1]);
});

test('a log that says nothing: the exit code tells whether replicas were left behind', () => {
  const silent = (exitCode: number) => managerEnded(state, { ...seen, completeAt: 9, exitCode }, null);
  assert.deepEqual([silent(10).state.lastFailover?.to, silent(10).state.lastFailover?.partial], [null, true]);
  assert.equal(silent(0).state.lastFailover?.partial, false);
  assert.deepEqual(
    [silent(10), silent(0)].map(({ actions }) => actions.map((action) => action.do)),
    [['info', 'warn'], ['info']],
  );
});

test('a failed failover blocks, and a person is told once', () => {
  const { state: blocked } = managerEnded(state, { ...seen, failed: true, exitCode: 1, reason: 'why' }, null);
  assert.equal(blocked.phase.name, 'blocked');
  assert.equal(blocked.outbox.length, 1);
  assert.match(blocked.outbox[0]?.text ?? '', /exit code 1: why/);
});

test('a failover that was begun and did not happen is an incident at the first time', () => {
  for (const status of ['PING_FAILED', 'FAILOVER_RUNNING'] as const) {
    const { incident, phase } = managerEnded({ ...state, status }, seen, null).state;
    assert.match(incident?.text ?? '', /db10 did not answer/);
    assert.equal(phase.name, 'waiting');
  }
  assert.equal(managerEnded(state, seen, null).state.incident, null);
});

test('a row of failures: the wait grows, and only a long row is worth a mail', () => {
  let row = state;
  const waits: number[] = [];
  for (let failure = 1; failure <= failuresToTell; failure++) {
    assert.equal(row.incident, null);
    row = after(row, { now }, 'ended').state;
    waits.push(row.phase.name === 'waiting' ? row.phase.until - now : -1);
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000]);
  assert.equal(row.outbox.length, 1);
  assert.equal(row.crashes.length, 1, 'a row is one crash');
});

test('many crashes, each after a time that it worked, are worth a mail too; old ones do not count', () => {
  const crashed = (last: ClusterState, at: number): ClusterState =>
    after({ ...last, failures: 0 }, { now: at }, 'ended').state;
  let often = state;
  for (let crash = 1; crash < crashesToTell; crash++) often = crashed(often, now + crash);
  assert.equal(often.incident, null);
  assert.equal(crashed(often, now + crashWindowMs + crashesToTell).incident, null);
  assert.match(crashed(often, now + crashesToTell).incident?.text ?? '', /\b5 times\b/);
});
