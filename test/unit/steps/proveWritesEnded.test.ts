import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Failure } from '../../../src/errors/errors.ts';
import { proveWritesEnded } from '../../../src/steps/proveWritesEnded.ts';
import { drainSessions, terminateSessions } from '../../../src/steps/sessionSteps.ts';
import { FakeServer, session } from '../../doubles/server.ts';
import { fakeStepTools } from '../../doubles/stepTools.ts';
import { patternOf } from '../../patternOf.ts';

function closed(): FakeServer {
  const server = new FakeServer('db10');
  server.flags = { readOnly: true, superReadOnly: null };
  return server;
}

describe('proving that writes have ended', () => {
  test('two equal readings without a session', async () => {
    const applied = await proveWritesEnded(closed(), fakeStepTools()).apply({});
    assert.equal(applied.detail, 'bin.000001:100');
  });

  test('where nobody was left when last looked, one look more is enough', async () => {
    const tools = fakeStepTools();
    const server = closed();
    let looks = 0;
    server.onLook = () => (looks += 1);
    assert.equal(await drainSessions(server, { graceMs: 1_000, includeIdle: false }, tools).check(), null);
    assert.equal(await terminateSessions(server, tools).check(), null);
    await proveWritesEnded(server, tools).apply({});
    assert.equal(looks, 2);
  });

  test('whoever has come since that look is terminated all the same', async () => {
    const tools = fakeStepTools();
    const server = closed();
    tools.watch.baseline = server.position;
    await tools.watch.list(server);
    server.sessions = [session(5)];
    const applied = await proveWritesEnded(server, tools).apply({});
    assert.deepEqual([applied.detail, applied.note], ['bin.000001:100', undefined]);
    assert.deepEqual(server.calls, ['kill 5']);
  });

  test('a server without a binary log says so', async () => {
    const server = closed();
    server.position = null;
    assert.equal((await proveWritesEnded(server, fakeStepTools()).apply({})).detail, 'no binary log');
  });

  test('a position that moves for ever fails and names who is there', async () => {
    const server = closed();
    let position = 100;
    let id = 10;
    server.onLook = () => {
      server.sessions = [session((id += 1), { user: 'heartbeat' })];
    };
    server.binlogPosition = () => Promise.resolve(`bin.000001:${(position += 10)}`);
    server.terminate = (sessions) => {
      for (const one of sessions) server.calls.push(`kill ${one.id}`);
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
    const server = closed();
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

  test('one that came up open after a restart meanwhile is not closed, though nobody wrote there yet', async () => {
    await assert.rejects(proveWritesEnded(new FakeServer('db10'), fakeStepTools()).apply({}), {
      kind: 'refused',
      message: 'db10 takes writes again (read_only=0), although it was closed',
    });
  });
});
