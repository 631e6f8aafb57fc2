import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notAsItMustBe } from '../../../../src/procedures/glance/notAsItMustBe.ts';
import { noRuns, status } from './glances.ts';

const conf = '/etc/mha/app1.cnf';
const well = { conf, servers: [], runs: noRuns, monitor: status };
const last = {
  procedure: 'online start',
  from: 'db10',
  to: 'db11',
  at: '2026-01-31T02:00:00.000Z',
  outcome: 'proceed',
  message: '',
} as const;

test('nothing', () => {
  assert.deepEqual(notAsItMustBe(well), []);
  assert.deepEqual(notAsItMustBe({ ...well, monitor: null }), []);
});

test('the servers first, then the hooks, then the monitor; each with its command', () => {
  const monitor = { ...status, protected: false, why: 'masterha_manager: NOT_RUNNING', monitorPid: null };
  const runs = { ...noRuns, last, toUndo: ['set read_only on db10'], leftToDo: ['"x" of db10 (t): stop the events'] };
  assert.deepEqual(notAsItMustBe({ conf, servers: ['no server takes writes'], runs, monitor }), [
    'no server takes writes',
    `unfinished work of the hooks: set read_only on db10; "mha-helper undo -c ${conf}" undoes it`,
    `LEFT TO DO by "x" of db10 (t): stop the events; when it is done: "mha-helper acknowledge -c ${conf}"`,
    `NOT PROTECTED: masterha_manager: NOT_RUNNING; "mha-helper monitor start -c ${conf}"`,
  ]);
});

test('a monitor that runs is not started once more, and nothing is told during a failover', () => {
  const of = (more: Partial<typeof status>): readonly string[] =>
    notAsItMustBe({ ...well, monitor: { ...status, protected: false, why: 'w', ...more } });
  assert.deepEqual(of({ incident: 'NOT PROTECTED: it hangs' }), [
    `NOT PROTECTED: w; see "mha-helper check -c ${conf}"`,
    'NOT PROTECTED: it hangs',
  ]);
  assert.deepEqual(of({ state: 'FAILOVER_RUNNING' }), ['NOT PROTECTED: w']);
});

test('until when a failover is refused is said, whatever else is wrong, and once', () => {
  const until = '2026-01-31T04:00:00.000Z';
  const of = (why: string): readonly string[] =>
    notAsItMustBe({ ...well, monitor: { ...status, protected: false, why, noFailoverBefore: until } });
  const see = `see "mha-helper check -c ${conf}"`;
  assert.deepEqual(of('w'), [`NOT PROTECTED: w, and no failover before ${until}; ${see}`]);
  const allow = '"mha-helper acknowledge --failover -c /etc/mha/app1.cnf" allows one now';
  assert.deepEqual(of(`no failover before ${until}`), [`NOT PROTECTED: no failover before ${until}; ${allow}`]);
});

test('an old master that must stay closed is told, protected or not', () => {
  const orders = ['db10 must stay closed: mha-helper rejoin db10'];
  assert.deepEqual(notAsItMustBe({ ...well, monitor: { ...status, orders } }), orders);
  const unprotected = { ...status, orders, protected: false, why: 'w' };
  assert.deepEqual(notAsItMustBe({ ...well, monitor: unprotected })[0], orders[0]);
});

test('unknown is not no: a record that cannot be read is told; what is at work is told with the servers', () => {
  const runs = { ...noRuns, unknown: '/x: cannot be read' };
  assert.deepEqual(notAsItMustBe({ ...well, runs }), ['it is not known what the hooks did: /x: cannot be read']);
  assert.deepEqual(notAsItMustBe({ ...well, runs: { ...noRuns, atWork: 'online stop', leftToDo: ['x'] } }), []);
});
