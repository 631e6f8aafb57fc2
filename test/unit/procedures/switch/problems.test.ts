import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationServer } from '../../../../src/mha/applicationConfig.ts';
import { stateProblems } from '../../../../src/procedures/switch/problems.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import { app, closed, db10, db11, db12, down, master, replica, survey } from './switchCases.ts';

function problems(
  servers: readonly ServerState[],
  dead: ApplicationServer | null,
  to: ApplicationServer | null = null,
): string[] {
  return stateProblems({ app, dead, to, ignoreLastFailover: false }, survey(servers)).problems.map(
    ({ kind, message }) => `${kind}: ${message}`,
  );
}

const whole = [master(db10), replica(db11, db10), replica(db12, db10)];
const afterCrash = [down(db10), replica(db11, db10), replica(db12, db10)];

test('a cluster that is well can be switched, one whose master died can fail over', () => {
  assert.deepEqual(problems(whole, null), []);
  assert.deepEqual(problems(whole, null, db11), []);
  assert.deepEqual(problems(afterCrash, db10), []);
  assert.deepEqual(problems(afterCrash, db10, db11), []);
});

test('a server that refuses the connection is not dead', () => {
  assert.deepEqual(problems([closed(db10), ...whole.slice(1)], db10), [
    'refused: db10 is not dead: MySQL answers there (db10: Too many connections)',
  ]);
});

test('all that is wrong is said', () => {
  assert.deepEqual(problems([master(db10), down(db11), replica(db12, db10)], db12, db12), [
    'refused: db12 is not dead: MySQL answers there',
    'mysql: db11: ECONNREFUSED; MHA fails over only while every other server answers',
    'refused: db12 is not the master: db12 replicates from db10',
    'usage: --to db12: that is the dead one',
    'refused: --to db12: /etc/mha/app1.cnf has no_master=1 for it',
  ]);
});

test('a master that cannot be told apart is no master', () => {
  assert.deepEqual(problems([master(db10), master(db11), master(db12)], null), [
    'refused: there is no master: none of the servers replicates from another one that takes writes or is no replica',
  ]);
  assert.deepEqual(problems([master(db10), master(db11), replica(db12, db10)], null, db11), [
    'refused: --to db11: it is not a replica of the master',
  ]);
});

test('a replica that takes writes is a warning, the master is not', () => {
  const { warnings } = stateProblems(
    { app, dead: null, to: null, ignoreLastFailover: false },
    survey([master(db10), replica(db11, db10, { readOnly: false }), replica(db12, db10)]),
  );
  assert.deepEqual(warnings, ['db11 is a replica and takes writes (read_only=0)']);
});
