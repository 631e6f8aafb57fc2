// Each state that the monitor, or the manager, can have been interrupted in, and what is seen then.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  newCluster,
  type ClusterState,
  type Observation,
  type Phase,
} from '../../../../src/procedures/monitor/clusterState.ts';
import {
  backoffMs,
  hungMs,
  longFailoverMs,
  overtakenMs,
  stableMs,
  terminateMs,
  unwellMs,
} from '../../../../src/procedures/monitor/limits.ts';
import { started, decide } from '../../../../src/procedures/monitor/nextAction.ts';
import { patternOf } from '../../../patternOf.ts';

const now = 1_000_000;
const manager = { pid: 7, startTicks: '70' };
const other = { pid: 8, startTicks: '80' };

const nothing: Observation = {
  now,
  wanted: 'run',
  manager: null,
  exitCode: null,
  status: 'NOT_RUNNING',
  master: null,
  completeAt: null,
  failed: false,
  returned: [],
  failedOverTo: null,
  reason: '',
  hesitation: '',
};
const alive: Observation = { ...nothing, manager, status: 'PING_OK', master: 'db10' };
const failingOver: Observation = { ...alive, status: 'FAILOVER_RUNNING' };

const waiting: Phase = { name: 'waiting', until: now };
const running: Phase = { name: 'running', manager, completeBefore: 1 };
const stopping: Phase = { name: 'stopping', manager, completeBefore: 1, since: now - 1, then: 'end' };
const rejoining: Phase = { name: 'stopping', manager, completeBefore: 1, since: now - 1, then: 'start' };
const blocked: Phase = { name: 'blocked' };

const table: readonly (readonly [
  what: string,
  phase: Phase,
  seen: Observation,
  next: Phase['name'],
  actions: string,
])[] = [
  ['the time has come', waiting, nothing, 'waiting', 'start'],
  ['the time has not come', { name: 'waiting', until: now + 1 }, nothing, 'waiting', ''],
  ['another manager may lead', waiting, { ...nothing, wanted: 'standby' }, 'waiting', ''],
  ['another manager may lead, and one runs here', running, { ...alive, wanted: 'standby' }, 'stopping', 'terminate'],
  [
    'another manager may lead, and one fails over here',
    running,
    { ...failingOver, wanted: 'standby' },
    'stopping',
    'terminate',
  ],
  [
    'another manager may lead, and the one here has ended meanwhile',
    running,
    { ...nothing, wanted: 'standby', completeAt: 1 },
    'waiting',
    'info',
  ],
  [
    'another manager may lead, and the one here fails over and does not end',
    { ...stopping, since: now - overtakenMs },
    { ...failingOver, wanted: 'standby' },
    'stopping',
    'warn kill',
  ],
  [
    'a dead master is back before the time has come',
    { name: 'waiting', until: now + 9 },
    { ...nothing, returned: ['db10'] },
    'waiting',
    'info',
  ],
  ['a manager runs that is not ours', waiting, alive, 'running', 'info'],
  ['the failover before has failed', waiting, { ...nothing, failed: true }, 'blocked', 'warn'],
  ['told to stop while waiting', waiting, { ...nothing, wanted: 'stop' }, 'ended', ''],
  ['all is well', running, alive, 'running', ''],
  ['another manager runs', running, { ...alive, manager: other }, 'running', 'info'],
  ['it is gone', running, nothing, 'waiting', 'warn'],
  [
    'it is gone and has failed over',
    running,
    { ...nothing, completeAt: 2, failedOverTo: { to: 'db11', partial: false } },
    'waiting',
    'info',
  ],
  [
    'it is gone and has failed over in part',
    running,
    { ...nothing, completeAt: 2, failedOverTo: { to: 'db11', partial: true } },
    'waiting',
    'info warn',
  ],
  ['it is gone, and .failover.complete is from before', running, { ...nothing, completeAt: 1 }, 'waiting', 'warn'],
  ['it is gone and has failed', running, { ...nothing, failed: true }, 'blocked', 'warn'],
  ['told to stop', running, { ...alive, wanted: 'stop' }, 'stopping', 'terminate'],
  [
    'told to stop before it monitors',
    running,
    { ...alive, status: 'INITIALIZING_MONITOR', wanted: 'stop' },
    'stopping',
    'terminate',
  ],
  ['told to stop during a failover', running, { ...failingOver, wanted: 'stop' }, 'running', ''],
  ['told to stop just before a failover', running, { ...alive, status: 'PING_FAILED', wanted: 'stop' }, 'running', ''],
  ['told to stop, and the failover is over', running, { ...nothing, wanted: 'stop', completeAt: 2 }, 'waiting', 'info'],
  ['a dead master is back', running, { ...alive, returned: ['db10'] }, 'stopping', 'info terminate'],
  ['a dead master is back during a failover', running, { ...failingOver, returned: ['db10'] }, 'running', ''],
  ['it has ended', stopping, { ...nothing, wanted: 'stop' }, 'ended', 'info'],
  ['it has failed over instead', stopping, { ...nothing, wanted: 'stop', completeAt: 2 }, 'ended', 'info info'],
  ['it has not ended yet', stopping, { ...alive, wanted: 'stop' }, 'stopping', ''],
  ['it does not end', { ...stopping, since: now - terminateMs }, { ...alive, wanted: 'stop' }, 'stopping', 'warn kill'],
  [
    'it does not end because of a failover',
    { ...stopping, since: now - terminateMs },
    { ...failingOver, wanted: 'stop' },
    'stopping',
    '',
  ],
  ['it has ended to begin anew', rejoining, nothing, 'waiting', 'info'],
  ['it has ended to begin anew, and we are told to stop', rejoining, { ...nothing, wanted: 'stop' }, 'ended', 'info'],
  ['the error file is still there', blocked, { ...nothing, failed: true }, 'blocked', ''],
  ['the error file is gone', blocked, nothing, 'waiting', 'info'],
  ['somebody has started a manager', blocked, { ...alive, failed: true }, 'running', 'info'],
  ['told to stop while blocked', blocked, { ...nothing, failed: true, wanted: 'stop' }, 'ended', ''],
];

for (const [what, phase, seen, next, actions] of table) {
  test(`${phase.name}: ${what}: ${[next, actions].join(' ').trim()}`, () => {
    const answer = decide({ ...newCluster, phase, master: 'db10', absent: seen.returned }, seen);
    assert.equal(answer.state.phase.name, next);
    assert.equal(answer.actions.map((action) => action.do).join(' '), actions);
  });
}

test('a manager is never ended while it fails over, whatever is wanted', () => {
  for (const phase of [waiting, running, { ...stopping, since: 0 }, { ...rejoining, since: 0 }, blocked]) {
    for (const status of ['PING_FAILED', 'FAILOVER_RUNNING'] as const) {
      for (const wanted of ['run', 'stop'] as const) {
        const { actions } = decide(
          { ...newCluster, phase, absent: ['db12'] },
          { ...failingOver, status, wanted, returned: ['db12'] },
        );
        assert.deepEqual(
          actions.filter((action) => action.do === 'terminate' || action.do === 'kill' || action.do === 'start'),
          [],
          `${phase.name} ${status} ${wanted}`,
        );
      }
    }
  }
});

test('a manager is never started while one runs', () => {
  for (const phase of [waiting, running, stopping, rejoining, blocked]) {
    for (const found of [manager, other]) {
      assert.deepEqual(
        decide({ ...newCluster, phase }, { ...alive, manager: found }).actions.filter(
          (action) => action.do === 'start',
        ),
        [],
        phase.name,
      );
    }
  }
});

test('after a failover the dead master is left out, and the way from the first failed ping is measured', () => {
  const dying = decide({ ...newCluster, phase: running, master: 'db10' }, { ...alive, status: 'PING_FAILING' }).state;
  const over = decide(decide(dying, { ...failingOver, now: now + 3000 }).state, {
    ...nothing,
    now: now + 9000,
    completeAt: now + 8000,
    failedOverTo: { to: 'db11', partial: false },
  }).state;
  assert.deepEqual(over.absent, ['db10']);
  assert.equal(over.master, 'db11');
  assert.deepEqual(over.lastFailover, { at: now + 8000, durationMs: 8000, from: 'db10', to: 'db11', partial: false });
  assert.deepEqual(over.phase, { name: 'waiting', until: now + 9000 });
});

test('errors in a row: 1, 2, 4, ... 60 s; one mail at the third, one when it is stable again', () => {
  assert.deepEqual([1, 2, 3, 4, 7, 8, 50].map(backoffMs), [1000, 2000, 4000, 8000, 60_000, 60_000, 60_000]);
  let state: ClusterState = newCluster;
  let at = now;
  for (let round = 1; round <= 4; round += 1) {
    state = decide(started({ ...state, phase: waiting }, manager, { ...nothing, now: at }), {
      ...nothing,
      now: at,
      reason: 'no way',
    }).state;
    assert.deepEqual(state.phase, { name: 'waiting', until: at + backoffMs(round) });
    assert.equal(state.outbox.length, round < 3 ? 0 : 1);
    at += 60_000;
  }
  assert.match(
    state.outbox[0]?.text ?? '',
    /3 attempts in a row failed\. The last: masterha_manager has ended: no way/,
  );
  state = decide(started(state, manager, { ...nothing, now: at }), { ...alive, now: at }).state;
  assert.equal(decide(state, { ...alive, now: at + stableMs - 1 }).state.incident, state.incident);
  state = decide(state, { ...alive, now: at + stableMs }).state;
  assert.deepEqual([state.incident, state.failures], [null, 0]);
  assert.deepEqual(
    state.outbox.map(({ subject }) => subject),
    ['NOT PROTECTED', 'protected again'],
  );
});

test('restarted too often: one mail, though it works in between', () => {
  let state: ClusterState = newCluster;
  for (let round = 0; round < 6; round += 1) {
    const at = now + round * 60_000;
    state = started({ ...state, phase: waiting }, manager, { ...nothing, now: at });
    for (const later of [1000, 1000 + stableMs]) state = decide(state, { ...alive, now: at + later }).state;
    state = decide(state, { ...nothing, now: at + 50_000, exitCode: 137 }).state;
    assert.equal(state.outbox.filter(({ subject }) => subject === 'NOT WELL PROTECTED').length, round < 4 ? 0 : 1);
  }
});

test('a manager that hangs is told of, and not killed', () => {
  const hung = decide(
    { ...newCluster, phase: running, status: 'TIMESTAMP_OLD', statusSince: now - hungMs, master: 'db10' },
    { ...alive, status: 'TIMESTAMP_OLD' },
  );
  assert.match(hung.state.incident?.text ?? '', /has not looked at db10 for a minute/);
  assert.deepEqual(hung.actions, []);
});

test('a failover that MHA refused is told of at once', () => {
  const refused = decide(
    { ...newCluster, phase: running, status: 'FAILOVER_RUNNING', master: 'db10' },
    { ...nothing, exitCode: 1, reason: 'Last failover was done at 12:00.' },
  ).state;
  assert.match(
    refused.incident?.text ?? '',
    patternOf(
      /^FAILOVER DID NOT HAPPEN: db10 did not answer, and masterha_manager ended with exit code 1 /,
      /without a failover: Last failover/,
    ),
  );
});

test('a manager that goes to and fro and never says PING_OK is told of once', () => {
  let state: ClusterState = { ...newCluster, phase: running, master: 'db10' };
  const look = (at: number, status: Observation['status']): void => {
    state = decide(state, { ...alive, now: now + at, status }).state;
  };
  for (let at = 0; at < unwellMs; at += 10_000) look(at, at % 20_000 === 0 ? 'PING_FAILING' : 'RETRYING_MONITOR');
  assert.equal(state.incident, null);
  look(unwellMs, 'PING_FAILING');
  look(unwellMs + 1000, 'RETRYING_MONITOR');
  assert.deepEqual(
    state.outbox.map(({ text }) => text),
    ['masterha_manager (pid 7) runs, but has not reached the master for 3 minutes; it says PING_FAILING'],
  );
  look(unwellMs + 2000, 'PING_OK');
  assert.equal(state.unwellSince, null);
});

test('a mail about a manager that does not fail over has its reason', () => {
  const failing = { ...alive, status: 'PING_FAILING', hesitation: 'why. If db10 is dead: "do it"' } as const;
  const begun = decide({ ...newCluster, phase: running, master: 'db10' }, failing).state;
  const { outbox } = decide(begun, { ...failing, now: now + unwellMs }).state;
  assert.match(outbox[0]?.text ?? '', /it says PING_FAILING: why\. If db10 is dead: "do it"$/);
});

test('a failover that does not end is told of, and not ended', () => {
  const begun = decide({ ...newCluster, phase: running, master: 'db10' }, failingOver).state;
  assert.equal(decide(begun, { ...failingOver, now: now + longFailoverMs - 1 }).state.incident, null);
  const long = decide(begun, { ...failingOver, now: now + longFailoverMs });
  assert.match(
    long.state.incident?.text ?? '',
    /^FAILOVER DOES NOT END: a failover of db10 has not ended after 15 minutes/,
  );
  assert.deepEqual(long.actions, []);
});
