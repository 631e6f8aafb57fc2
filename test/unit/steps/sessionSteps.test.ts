import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { proveWritesEnded } from '../../../src/steps/proveWritesEnded.ts';
import { setReadOnly, clearReadOnly } from '../../../src/steps/readOnlySteps.ts';
import { drainSessions, terminateSessions } from '../../../src/steps/sessionSteps.ts';
import { FakeServer, session } from '../../doubles/server.ts';
import { fakeStepTools } from '../../doubles/stepTools.ts';
import { patternOf } from '../../patternOf.ts';

const working = { command: 'Query', statement: 'UPDATE t SET a = 1' };

describe('draining', () => {
  test('idle sessions are terminated at once, work gets its time', async () => {
    const tools = fakeStepTools();
    const server = new FakeServer('db10');
    server.sessions = [session(1), session(2, working), session(3, { inTransaction: true })];
    server.onLook = () => {
      if (tools.clock.monotonic() >= 500) server.sessions = server.sessions.filter(({ id }) => id !== 2);
      if (tools.clock.monotonic() >= 900) server.sessions = [];
    };
    const applied = await drainSessions(server, { graceMs: 5_000, includeIdle: false }, tools).apply({});
    assert.deepEqual(server.calls, ['kill 1']);
    assert.equal(applied.detail, '1 idle terminated, 0 left');
    assert.ok(
      tools.clock.monotonic() >= 900 && tools.clock.monotonic() < 1_100,
      `ended at ${tools.clock.monotonic()} ms`,
    );
  });

  test('after kill_after_timeout the rest is left for the next step', async () => {
    const tools = fakeStepTools();
    const server = new FakeServer('db10');
    server.sessions = [session(2, working)];
    const applied = await drainSessions(server, { graceMs: 5_000, includeIdle: false }, tools).apply({});
    assert.equal(applied.detail, '0 idle terminated, 1 left');
    assert.ok(tools.clock.monotonic() >= 5_000 && tools.clock.monotonic() <= 5_100);
    assert.deepEqual(server.calls, []);
  });

  test('with drain_idle_sessions idle ones wait too', async () => {
    const tools = fakeStepTools();
    const server = new FakeServer('db10');
    server.sessions = [session(1)];
    const applied = await drainSessions(server, { graceMs: 2_000, includeIdle: true }, tools).apply({});
    assert.equal(applied.detail, '0 idle terminated, 1 left');
    assert.deepEqual(server.calls, []);
  });

  test('nothing to wait for: nothing is done', async () => {
    assert.equal(
      await drainSessions(new FakeServer('db10'), { graceMs: 5_000, includeIdle: false }, fakeStepTools()).check(),
      null,
    );
  });

  test('a signal ends the wait', async () => {
    const tools = fakeStepTools();
    const server = new FakeServer('db10');
    server.sessions = [session(2, working)];
    tools.interruption.abort(new Failure('interrupted', 'SIGTERM'));
    await assert.rejects(drainSessions(server, { graceMs: 5_000, includeIdle: false }, tools).apply({}), {
      kind: 'interrupted',
    });
  });
});

describe('terminating', () => {
  test('lists again until none is left, new sessions included', async () => {
    const server = new FakeServer('db10');
    server.sessions = [session(1), session(2, working)];
    let looks = 0;
    server.onLook = () => {
      looks += 1;
      if (looks === 2) server.sessions.push(session(3));
    };
    const applied = await terminateSessions(server, fakeStepTools()).apply({});
    assert.deepEqual(server.calls, ['kill 1', 'kill 2', 'kill 3']);
    assert.equal(applied.detail, '3 terminated');
  });

  test('a session that does not go is named, and killed only once', async () => {
    const server = new FakeServer('db10');
    server.killable = false;
    server.sessions = [session(7, { ...working, seconds: 42 })];
    await assert.rejects(terminateSessions(server, fakeStepTools()).apply({}), {
      kind: 'deadline',
      message:
        'db10: sessions are still there 10 s after they were terminated: 7 of app from 192.168.10.200:4711 ' +
        '(Query, 42 s)',
    });
    assert.deepEqual(server.calls, ['kill 7']);
  });
});

describe('proving that writes have ended', () => {
  test('two equal readings without a session', async () => {
    const applied = await proveWritesEnded(new FakeServer('db10'), fakeStepTools()).apply({});
    assert.equal(applied.detail, 'bin.000001:100');
  });

  test('a server without a binary log says so', async () => {
    const server = new FakeServer('db10');
    server.position = null;
    assert.equal((await proveWritesEnded(server, fakeStepTools()).apply({})).detail, 'no binary log');
  });

  test('a position that moves for ever fails and names who is there', async () => {
    const server = new FakeServer('db10');
    let position = 100;
    let id = 10;
    server.onLook = () => {
      server.sessions = [session((id += 1), { user: 'heartbeat' })];
    };
    server.binlogPosition = () => Promise.resolve(`bin.000001:${(position += 10)}`);
    server.terminate = (one) => {
      server.calls.push(`kill ${one.id}`);
      return Promise.resolve();
    };
    // The list is empty once after each kill, as it is when a client needs a moment to come back.
    let looks = 0;
    server.onLook = () => {
      server.sessions = (looks += 1) % 3 === 2 ? [] : [session((id += 1), { user: 'heartbeat' })];
    };
    await assert.rejects(
      proveWritesEnded(server, fakeStepTools()).apply({}),
      (error: Failure) =>
        error.kind === 'refused' &&
        patternOf(
          /^db10: writes go on in spite of read_only: the binary log went from bin\.000001:\d+ to bin\.000001:\d+; /,
          /sessions that keep coming back: heartbeat from 192\.168\.10\.200$/,
        ).test(error.message),
    );
    assert.ok(server.calls.length > 0);
  });

  test('clients that only knock do not fail the switch', async () => {
    const server = new FakeServer('db10');
    let looks = 0;
    let id = 10;
    server.onLook = () => {
      server.sessions = (looks += 1) % 3 === 2 ? [] : [session((id += 1), { user: 'haproxy' })];
    };
    const applied = await proveWritesEnded(server, fakeStepTools()).apply({});
    // The position alone is recorded: `start` compares it.
    assert.equal(applied.detail, 'bin.000001:100');
    assert.equal(applied.note, 'clients that keep connecting: haproxy from 192.168.10.200');
  });
});

describe('read_only', () => {
  test('is set once writers are done, or after they were terminated', async () => {
    const server = new FakeServer('db10');
    server.lockAnswers.push(false);
    let ended = 0;
    const step = setReadOnly(server, false, { graceMs: 5_000, terminate: () => Promise.resolve((ended = 2)) });
    assert.deepEqual(await step.check(), { readOnly: false, superReadOnly: null });
    assert.deepEqual(await step.apply({}), { detail: 'after terminating 2 sessions that still wrote' });
    assert.equal(ended, 2);
    assert.deepEqual(server.calls, ['read_only=1 wait 5000', 'read_only=1 wait 3000']);
    await step.verify();
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
});
