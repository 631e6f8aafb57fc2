import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAllClusters } from '../../../../src/config/load.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import type { Replication } from '../../../../src/mysql/Server.ts';
import {
  closedHosts,
  isDown,
  isOpenMaster,
  mastersOf,
  surveyCluster,
} from '../../../../src/procedures/survey/surveyCluster.ts';
import { fakeTools, shell } from '../../../doubles/tools.ts';
import { app, db10, db11, db12, down, master, replica, survey } from '../switch/switchCases.ts';

test('the master is the one that others follow and that follows nobody', () => {
  assert.deepEqual(mastersOf(survey([master(db10), replica(db11, db10), replica(db12, db10)])), [db10]);
  assert.deepEqual(mastersOf(survey([down(db10), replica(db11, db10), replica(db12, db11)])), [db10]);
  assert.deepEqual(mastersOf(survey([master(db10), master(db11)])), []);
});

test('of a pair that replicate from each other, the one that takes writes', () => {
  const open = replica(db10, db11, { readOnly: false });
  const pair = survey([open, replica(db11, db10), replica(db12, db10)]);
  assert.deepEqual(mastersOf(pair), [db10]);
  assert.equal(isOpenMaster(pair, open), true);
  const both = survey([open, replica(db11, db10, { readOnly: null }), replica(db12, db10)]);
  assert.deepEqual(mastersOf(both), [db10, db11], 'unknown is not no');
});

test('a replica that takes writes is no master', () => {
  const open = replica(db11, db10, { readOnly: false });
  assert.equal(isOpenMaster(survey([master(db10), open]), open), false);
});

test('skip_reset_slave: a new master with its old source, stopped, is the master', () => {
  const stopped = { ...replica(db11, db10).replication, running: false } as Replication;
  const next = { ...replica(db11, db10, { readOnly: false }), replication: stopped };
  for (const old of [down(db10), { ...master(db10), readOnly: true }, replica(db10, db11)]) {
    const seen = survey([old, next, replica(db12, db11)]);
    assert.deepEqual(mastersOf(seen), [db11]);
    assert.equal(isOpenMaster(seen, next), true);
  }
  const running = replica(db11, db10, { readOnly: false });
  assert.deepEqual(mastersOf(survey([master(db10), running, replica(db12, db11)])), [db10]);
});

test('hosts are closed where each of their servers is read-only', () => {
  const second = { ...db11, hostname: db12.hostname, port: 3307 };
  const seen = survey([master(db10), replica(db11, db10), replica(db12, db10), down(second)]);
  assert.deepEqual(closedHosts(seen), ['db11']);
});

test('a refused connection is a dead server only where its own host says so', async () => {
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const refused = (said: string | null) =>
    fakeTools('[default]\nvip_type = none\n[db10]\n[db11]\n[db12]\n', {
      mysql: ({ label }) => Promise.reject(new Failure('mysql', `${label}: refused`, { cause })),
      ssh: () =>
        said === null ? Promise.reject(new Failure('ssh', 'no way')) : Promise.resolve(shell(() => ({ stdout: said }))),
    });
  const look = async (said: string | null) => {
    const tools = refused(said);
    const { clusters } = await loadAllClusters(tools.places.configDirectory, tools.files);
    const seen = await surveyCluster(app, clusters[0]?.hosts ?? [], 'servers', tools);
    const [first] = seen.servers;
    assert.ok(first !== undefined);
    return [isDown(first), first.alive, first.failure?.message];
  };
  assert.deepEqual(await look('refused\n'), [true, false, 'db10: refused']);
  assert.deepEqual(await look('open\n'), [
    false,
    true,
    'db10: refused, but it listens on its host: does a firewall reject this manager there?',
  ]);
  assert.deepEqual(await look(null), [
    false,
    false,
    'db10: refused, and its host does not say whether it runs (no way)',
  ]);
});
