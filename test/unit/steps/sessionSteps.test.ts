import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { drainSessions, terminateSessions } from '../../../src/steps/sessionSteps.ts';
import { FakeServer, session } from '../../doubles/server.ts';
import { fakeStepTools } from '../../doubles/stepTools.ts';

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
