import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { compareOldMaster, seeHealth } from '../../../src/steps/lastLooks.ts';
import { MemoryFiles } from '../../doubles/files.ts';
import { FakeServer } from '../../doubles/server.ts';

test('the new master is well when a new connection finds it writable', async () => {
  const server = new FakeServer('db11');
  assert.deepEqual(await seeHealth('db11', () => Promise.resolve(server)).apply({}), {});
  server.flags = { readOnly: true, superReadOnly: null };
  const step = seeHealth('db11', () => Promise.resolve(server));
  await assert.rejects(step.apply({}), { message: /db11 is read-only again/ });
  assert.match(step.failureLeaves?.(new Failure('mysql', 'gone'))[0] ?? '', /^db11 was made the master, but .*gone/);
});

test('the old master rests where it was seen to', async () => {
  const files = new MemoryFiles();
  const step = compareOldMaster(
    'db10',
    () => Promise.resolve(new FakeServer('db10')),
    'bin.000001:100',
    files,
    '/late',
  );
  assert.deepEqual(await step.apply({}), { detail: 'bin.000001:100' });
  assert.equal(files.texts.size, 0);
});

test('what was written there since is an error, and kept', async () => {
  const files = new MemoryFiles();
  const server = new FakeServer('db10');
  server.position = 'bin.000001:200';
  server.binlogEventsAfter = () => Promise.resolve({ lines: ['bin.000001 100 Query INSERT'], complete: true });
  const { leftToDo } = await compareOldMaster(
    'db10',
    () => Promise.resolve(server),
    'bin.000001:100',
    files,
    '/late',
  ).apply({});
  assert.match(
    leftToDo?.[0] ?? '',
    /^ERROR: db10 was written to after .*bin\.000001:100, now bin\.000001:200.* see \/late;/,
  );
  assert.equal(files.texts.get('/late'), 'bin.000001 100 Query INSERT\n');
});

test('an old master that does not answer any more leaves it unknown', async () => {
  const connect = (): Promise<FakeServer> => Promise.reject(new Failure('mysql', 'too many connections'));
  const step = compareOldMaster('db10', connect, 'bin.000001:100', new MemoryFiles(), '/late');
  await assert.rejects(step.apply({}), { message: 'too many connections' });
  assert.deepEqual(step.failureLeaves?.(new Failure('mysql', 'too many connections')), [
    'it is not known whether db10 was written to after it had been closed (too many connections)',
  ]);
});
