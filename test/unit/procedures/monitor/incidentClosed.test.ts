// What is said when protection is back, and when it is not quite.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCluster, type ClusterState, type Observation } from '../../../../src/procedures/monitor/clusterState.ts';
import { close, open } from '../../../../src/procedures/monitor/incidents.ts';
import { stableMs } from '../../../../src/procedures/monitor/limits.ts';
import { decide } from '../../../../src/procedures/monitor/nextAction.ts';

const manager = { pid: 7, startTicks: '70' };
const now = 10_000_000;
const open1: ClusterState = {
  ...open({ ...newCluster, master: 'db11' }, 1, 'NOT PROTECTED', 'it broke'),
  phase: { name: 'running', manager, completeBefore: null },
  status: 'PING_OK',
  statusSince: now - stableMs,
  outbox: [],
};

test('protected again, and what it was', () => {
  assert.deepEqual(close(open1, null).outbox, [
    { subject: 'protected again', text: 'masterha_manager watches db11. It was: NOT PROTECTED: it broke' },
  ]);
});

test('while no failover is allowed it is not called protected, and it is said until when', () => {
  const [notice] = close(open1, '1970-01-01T03:00:00.000Z').outbox;
  assert.equal(notice?.subject, 'watched again, protected from 1970-01-01T03:00:00.000Z');
  assert.match(notice?.text ?? '', /but does not fail over before 1970-01-01T03:00:00\.000Z \(last_failover_minute\)/);
});

test('nothing was open: nothing is said', () => {
  assert.deepEqual(close(newCluster, null), newCluster);
});

for (const [minutes, subject] of [
  [0, /^protected again$/],
  [60, /^watched again, protected from /],
] as const) {
  test(`an hour after a failover is not over with last_failover_minute = ${minutes}: ${subject}`, () => {
    const seen: Observation = {
      now,
      wanted: 'run',
      manager,
      exitCode: null,
      status: 'PING_OK',
      master: 'db11',
      completeAt: now - 60_000,
      lastFailoverMinute: minutes,
      failed: false,
      returned: [],
      failedOverTo: null,
      reason: '',
      hesitation: '',
    };
    const { state } = decide(open1, seen);
    assert.equal(state.incident, null);
    assert.match(state.outbox[0]?.subject ?? '', subject);
  });
}
