import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../../src/context/budget.ts';
import { closeAtOnce } from '../../../src/steps/closeAtOnce.ts';
import { WriteWatch } from '../../../src/steps/WriteWatch.ts';
import { FakeClock } from '../../doubles/clock.ts';
import { FakeServer, session } from '../../doubles/server.ts';

function closing() {
  const server = new FakeServer('db10');
  const clock = new FakeClock();
  const budget = new Budget(clock, 'a test', 60_000);
  const tools = { clock, budget, interrupted: new AbortController().signal, watch: new WriteWatch() };
  return { server, step: closeAtOnce(server, false, tools) };
}

test('sessions are ended before read_only is set', async () => {
  const { server, step } = closing();
  server.sessions = [session(7), session(8)];
  await step.apply((await step.check()) ?? {});
  await step.verify();
  assert.deepEqual(server.calls, ['kill 7', 'kill 8', 'read_only=1 wait 1000']);
});

test('whoever is in the way still is ended once more', async () => {
  const { server, step } = closing();
  server.lockAnswers.push(false);
  server.sessions = [session(7)];
  await step.apply((await step.check()) ?? {});
  assert.equal(server.flags.readOnly, true);
  assert.deepEqual(server.calls, ['kill 7', 'read_only=1 wait 1000', 'read_only=1 wait 3000']);
});
