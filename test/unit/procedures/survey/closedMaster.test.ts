import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tools } from '../../../../src/context/Context.ts';
import { closedMaster, wayToOpen } from '../../../../src/procedures/survey/closedMaster.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { MemoryFiles } from '../../../doubles/files.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { app, closed, db10, db11, db12, down, master, replica, survey } from '../switch/switchCases.ts';

const shut: ServerState = { ...master(db10), readOnly: true };
const gone: ServerState = {
  ...down(db12),
  failure: new Failure('mysql', 'db12', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) }),
};
const stopped = (state: ServerState): ServerState => ({
  ...state,
  replication: { ...state.replication!, running: false },
});

for (const [what, servers, found] of [
  ['all closed, and the others follow it', [shut, replica(db11, db10), replica(db12, db10)], true],
  ['a replica that is down for certain', [shut, replica(db11, db10), gone], true],
  ['one that may take writes', [shut, replica(db11, db10), closed(db12)], false],
  ['one that does not answer', [shut, replica(db11, db10), down(db12)], false],
  ['another that takes writes', [shut, replica(db11, db10), master(db12)], false],
  ['the master is open', [master(db10), replica(db11, db10)], false],
  ['all have answered, and the others wait to connect again', [shut, stopped(replica(db11, db10))], true],
  ['nobody follows it any more, and one is down', [shut, stopped(replica(db11, db10)), gone], false],
  [
    'two that others follow',
    [shut, { ...master(db11), readOnly: true }, replica(db12, db11), replica(db12, db10)],
    false,
  ],
  ['a ring', [replica(db10, db11), replica(db11, db10)], false],
] as const) {
  test(what, () => {
    assert.equal(closedMaster(survey(servers))?.server.hostname, found ? 'db10' : undefined);
  });
}

const tools = (files: Readonly<Record<string, string>> = {}): Tools => {
  const made = fakeTools('');
  return { ...made, files: new MemoryFiles(files) };
};
const followed = survey([shut, replica(db11, db10), replica(db12, db10)]);

test('how it is opened, and given the writer address where it has none', async () => {
  assert.equal(
    (await wayToOpen(app, followed, 'c', tools()))?.hint,
    'if it is to take writes: mysql -h db10 -P 3306 -e "SET GLOBAL read_only=0"',
  );
  const bare = survey(followed.servers, []);
  assert.match(
    (await wayToOpen(app, bare, 'c', tools()))?.hint ?? '',
    /; then mha-helper vip assign db10 -c \/etc\/mha\//,
  );
});

test('not while a standing order is there, or what stands is not known', async () => {
  const path = '/var/lib/mha-helper/orders/c.json';
  const order = { server: { host: 'db10', ip: 'db10', port: 3306 }, master: 'db11', given: '2026-01-31' };
  for (const text of [JSON.stringify({ standing: [order], lifted: [] }), 'torn'])
    assert.equal(await wayToOpen(app, followed, 'c', tools({ [path]: text })), null);
});
