import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { clearReadOnly, persistReadOnly, setReadOnly } from '../../../src/steps/readOnlySteps.ts';
import { FakeServer } from '../../doubles/server.ts';

describe('read_only', () => {
  test('is set once writers are done, or after everybody was terminated', async () => {
    const server = new FakeServer('db10');
    server.lockAnswers.push(false);
    const blockers = { graceMs: 5_000, terminateIdle: null, terminateAll: () => Promise.resolve(2) };
    const step = setReadOnly(server, false, blockers);
    assert.deepEqual(await step.check(), { readOnly: false, superReadOnly: null });
    assert.deepEqual(await step.apply({}), { detail: 'after terminating 2 sessions that may have been in the way' });
    assert.deepEqual(server.calls, ['read_only=1 wait 5000', 'read_only=1 wait 3000']);
    await step.verify();
  });

  test('an idle session that holds LOCK TABLES is ended after a second, one that works gets its time', async () => {
    const server = new FakeServer('db10');
    const ended: string[] = [];
    const ends = (who: string) => () => Promise.resolve(ended.push(who));
    const step = setReadOnly(server, false, { graceMs: 5_000, terminateIdle: ends('idle'), terminateAll: ends('all') });
    server.lockAnswers.push(false);
    await step.apply({});
    assert.deepEqual(ended, ['idle']);
    assert.deepEqual(server.calls, ['read_only=1 wait 1000', 'read_only=1 wait 4000']);
    server.lockAnswers.push(false, false);
    await step.apply({});
    assert.deepEqual(ended, ['idle', 'idle', 'all']);
  });

  test('fails when the lock cannot be had', async () => {
    const server = new FakeServer('db10');
    server.lockAnswers.push(false, false);
    await assert.rejects(setReadOnly(server, false, null).apply({}), { kind: 'mysql' });
  });

  test('super_read_only is set where the server has it', async () => {
    const server = new FakeServer('db10');
    server.flags = { readOnly: true, superReadOnly: false };
    const step = setReadOnly(server, true, null);
    assert.notEqual(await step.check(), null);
    await step.apply({});
    assert.deepEqual(server.calls, ['read_only=1 super_read_only=1 wait 3000']);
    assert.equal(await step.check(), null);
    await step.undo?.run({ readOnly: true, superReadOnly: false });
    assert.deepEqual(server.flags, { readOnly: true, superReadOnly: false });
  });

  test('a server that has no super_read_only is done with read_only', async () => {
    const server = new FakeServer('db10');
    server.flags = { readOnly: true, superReadOnly: null };
    assert.equal(await setReadOnly(server, true, null).check(), null);
  });

  test('clearing it is undone to what it was', async () => {
    const server = new FakeServer('db11');
    server.flags = { readOnly: true, superReadOnly: true };
    const step = clearReadOnly(server);
    const before = await step.check();
    assert.deepEqual(before, { readOnly: true, superReadOnly: true, position: 'bin.000001:100', gtid: null });
    await step.apply({});
    await step.verify();
    assert.equal(await step.check(), null);
    await step.undo?.run(before ?? {});
    assert.deepEqual(server.flags, { readOnly: true, superReadOnly: true });
  });

  test('a flag that does not read back as it was set is a failure, not a success', async () => {
    const server = new FakeServer('db10');
    server.setReadOnly = () => Promise.resolve(true);
    const close = setReadOnly(server, false, null);
    await close.apply({});
    await assert.rejects(close.verify(), { kind: 'mysql', message: /^db10: / });
    server.flags = { readOnly: true, superReadOnly: null };
    const open = clearReadOnly(server);
    await open.apply({});
    await assert.rejects(open.verify(), { kind: 'mysql', message: /^db10: / });
    await assert.rejects(close.undo?.run({ readOnly: false, superReadOnly: null }) ?? Promise.resolve(), {
      kind: 'mysql',
    });
  });

  test('undoing leaves alone what is as it was, and fails where the lock cannot be had', async () => {
    const server = new FakeServer('db10');
    const { undo } = setReadOnly(server, false, null);
    await undo?.run({ readOnly: false, superReadOnly: null });
    assert.deepEqual(server.calls, []);
    server.flags = { readOnly: true, superReadOnly: null };
    server.lockAnswers.push(false);
    await assert.rejects(undo?.run({ readOnly: false, superReadOnly: null }) ?? Promise.resolve(), { kind: 'mysql' });
  });
});

test('what was opened and written to is not closed again: that is on no other server', async () => {
  const server = new FakeServer('db11');
  server.flags = { readOnly: true, superReadOnly: null };
  const step = clearReadOnly(server);
  const before = (await step.check()) ?? assert.fail();
  await step.apply(before);
  server.position = 'bin.000001:200';
  await assert.rejects(step.undo?.run(before) ?? assert.fail(), {
    kind: 'refused',
    message: /^db11 was written to since it was opened \(binary log bin\.000001:100, now bin\.000001:200\)/,
  });
  assert.equal(server.flags.readOnly, false, 'it stays the master');
});

test('a write between the look and the closing opens it again', async () => {
  const server = new FakeServer('db11');
  server.flags = { readOnly: true, superReadOnly: null };
  const step = clearReadOnly(server);
  const before = (await step.check()) ?? assert.fail();
  await step.apply(before);
  const positions = ['bin.000001:100', 'bin.000001:200'];
  server.binlogPosition = () => Promise.resolve(positions.shift() ?? assert.fail());
  await assert.rejects(step.undo?.run(before) ?? assert.fail(), { kind: 'refused' });
  assert.equal(server.flags.readOnly, false);
});

test('undoing that fails opens nothing that it has not closed itself', async () => {
  const server = new FakeServer('db11');
  server.flags = { readOnly: true, superReadOnly: null };
  const step = clearReadOnly(server);
  const before = (await step.check()) ?? assert.fail();
  const positions = [Promise.resolve('bin.000001:100'), Promise.reject(new Failure('deadline', 'no answer'))];
  server.binlogPosition = () => positions.shift() ?? assert.fail();
  await assert.rejects(step.undo?.run(before) ?? assert.fail(), { kind: 'deadline' });
  assert.equal(server.flags.readOnly, true);
});

test('a closed server stays closed over a restart where the server can do that', async () => {
  const server = new FakeServer('db10');
  server.flags = { readOnly: true, superReadOnly: false };
  const step = persistReadOnly('db10', () => Promise.resolve(server));
  assert.equal(await step.check(), null);
  server.persisted = false;
  assert.deepEqual(await step.check(), {});
  assert.deepEqual(await step.apply({}), {});
  assert.equal(await step.check(), null);
  await step.undo?.run({});
  assert.deepEqual(server.calls, ['persist on', 'persist off']);
});

test('SET PERSIST closes no server that is open, and failing at it is only said', async () => {
  const server = new FakeServer('db10');
  server.persisted = false;
  assert.equal(await persistReadOnly('db10', () => Promise.resolve(server)).check(), null);
  server.persistReadOnly = () => Promise.reject(new Error('no right'));
  const { note } = await persistReadOnly('db10', () => Promise.resolve(server)).apply({});
  assert.match(note ?? '', /^not done: its option files decide \(.*no right/);
});
