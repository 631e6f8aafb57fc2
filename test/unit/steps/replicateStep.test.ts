import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Replication } from '../../../src/mysql/Server.ts';
import type { ReplicaServer } from '../../../src/mysql/ReplicaServer.ts';
import { beginText, replicateFrom } from '../../../src/steps/replicateStep.ts';
import { FakeClock } from '../../doubles/clock.ts';
import { FakeServer } from '../../doubles/server.ts';

const following = {
  source: { host: 'db11', port: 3306, user: 'r', password: 'secret' },
  begin: { kind: 'file', file: 'bin.000002', position: 99 },
  options: new Map(),
  gtidPosition: null,
} as const;

/** @param answers of its replication, the last again and again */
function server(...answers: readonly Partial<Replication>[]) {
  const done: string[] = [];
  const replica = {
    label: 'db10',
    replicateFrom: () => Promise.resolve(done.push('change')),
    forgetSource: () => Promise.resolve(done.push('forget')),
  } as unknown as ReplicaServer;
  const old = new FakeServer('db10');
  const rest = [...answers];
  old.replication = () => Promise.resolve((rest.length > 1 ? rest.shift() : rest[0]) as never);
  return { done, step: replicateFrom(replica, old, following, new FakeClock()) };
}

test('it replicates when both threads have run for a moment', async () => {
  const { done, step } = server({ running: false }, { running: true }, { running: false }, { running: true });
  assert.deepEqual(await step.apply({}), { detail: 'from bin.000002:99' });
  await step.verify();
  assert.deepEqual(done, ['change']);
});

test('one that does not start says why, and is no replica again', async () => {
  const { done, step } = server({ running: false, error: 'Access denied for user' });
  await step.apply({});
  await assert.rejects(step.verify(), /db10 does not replicate after 15 s: Access denied for user/);
  await step.undo?.run({});
  assert.deepEqual(done, ['change', 'forget']);
});

test('no title has the password', () => {
  assert.equal(server().step.title, 'make db10 a replica of db11:3306');
  assert.equal(beginText({ kind: 'slave_pos' }), 'by GTID (slave_pos)');
});
