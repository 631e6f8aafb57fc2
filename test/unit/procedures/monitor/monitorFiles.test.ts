import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applicationName } from '../../../../src/mha/applicationConfig.ts';
import { namesOf, parseLock, reducedFile, trialFile } from '../../../../src/procedures/monitor/monitorFiles.ts';

const places = { stateDirectory: '/state', configDirectory: '/etc/mha-helper', hostname: 'mgr', pid: 1, bootId: null };

test('everything lies below the state directory, and no two are one file', () => {
  const conf = '/etc/mha/a.cnf';
  const all = [
    ...(Object.values(namesOf(places, 'a')) as string[]),
    reducedFile(places, conf),
    trialFile(places, conf),
  ];
  assert.equal(new Set(all).size, 7);
  for (const path of all) assert.match(path, /^\/state\/monitor\//);
});

test("the application files that are made have the name of the cluster's own, as MHA names its files after it", () => {
  const conf = '/etc/mha/a.b.cnf';
  for (const made of [reducedFile(places, conf), trialFile(places, conf)])
    assert.equal(applicationName(made), applicationName(conf));
});

test('a lock is read whole or not at all', () => {
  const lock = { pid: 7, startTicks: '70', conf: '/etc/mha/a.cnf', all: ['/etc/mha/a.cnf'] };
  assert.deepEqual(parseLock(`${JSON.stringify(lock)}\n`), lock);
  for (const name of Object.keys(lock))
    assert.equal(parseLock(JSON.stringify({ ...lock, [name]: undefined })), null, name);
  for (const text of ['', 'null', '7', '{"pid":"7"}', JSON.stringify(lock).slice(0, -1)])
    assert.equal(parseLock(text), null);
});
