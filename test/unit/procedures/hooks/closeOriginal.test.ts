import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../../../src/context/budget.ts';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import { closeOriginal } from '../../../../src/procedures/hooks/closeOriginal.ts';
import type { Run } from '../../../../src/procedures/run/openRun.ts';
import type { Step } from '../../../../src/steps/Step.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { KeptLog } from '../../../doubles/log.ts';
import { fakeStepTools } from '../../../doubles/stepTools.ts';
import type { Elsewhere } from '../../../../src/vip/Provider.ts';
import { FakeServer } from '../../../doubles/server.ts';

const orig = { host: 'db10', ip: '10.0.0.10', port: 3306 } as never;
const next = { host: 'db11', user: 'mha', password: 'p' } as never;

/** @param server what answers at the dead master's address, or why nothing does */
function close(
  found: FakeServer | Failure | ((ms: number) => FakeServer | Failure),
  whoAnswers: (() => Promise<Elsewhere>) | null = null,
) {
  const clock = new FakeClock();
  const run = {
    tools: { clock, log: new KeptLog(), interrupted: new AbortController().signal },
    budget: new Budget(clock, 'hard start', 60_000),
    provider: { address: '10.0.0.155' },
    drainTools: { ...fakeStepTools(), clock },
    settings: () => ({ options: { super_read_only: false } }),
    openServer: (_: unknown, limitMs: number) => {
      assert.ok(limitMs <= 1_000, 'a host that is gone must not hold up the failover');
      const server = typeof found === 'function' ? found(clock.monotonic()) : found;
      return server instanceof Failure ? Promise.reject(server) : Promise.resolve(server);
    },
    async steps(steps: readonly Step[]) {
      for (const step of steps) {
        const before = await step.check();
        if (before !== null) await step.apply(before);
        await step.verify();
      }
    },
  };
  return closeOriginal(run as unknown as Run, orig, next, whoAnswers);
}

const unanswered = (code: string): Failure =>
  new Failure('mysql', 'x', { cause: Object.assign(new Error('x'), { code }) });

test('its host says that nobody listens, or nothing answers: these are two things', async () => {
  assert.deepEqual(await close(unanswered('ECONNREFUSED')), { state: 'down', leftToDo: [] });
  for (const dead of [unanswered('EHOSTUNREACH'), new Failure('deadline', 'no answer')])
    assert.deepEqual(await close(dead), { state: 'unknown', leftToDo: [] });
});

test('a server that refuses us is alive: two masters, so no failover', async () => {
  const refusing = new Failure('mysql', 'denied', { cause: new SqlError(1045, 'Access denied') });
  await assert.rejects(close(refusing), { kind: 'refused', message: /^db10.*alive.*denied/, hint: /db10/ });
});

test('one that is back and has no connection left is waited for, and closed then; not for ever', async () => {
  const full = new Failure('mysql', 'full', { cause: new SqlError(1040, 'Too many connections') });
  const server = new FakeServer('db10');
  const { state } = await close((ms) => (ms < 20_000 ? full : server));
  assert.deepEqual([state, server.flags.readOnly], ['closed', true]);
  await assert.rejects(close(full), { kind: 'refused', message: /^db10.*alive.*full/ });
});

test('alive and read-only is closed already', async () => {
  const server = new FakeServer('db10');
  server.flags = { readOnly: true, superReadOnly: null };
  assert.deepEqual(await close(server), { state: 'closed', leftToDo: [] });
  assert.deepEqual(server.calls, []);
});

test('alive and writable is closed now, and a person is told what it may have that the new master lacks', async () => {
  const server = new FakeServer('db10');
  const { state, leftToDo } = await close(server);
  assert.equal(state, 'closed');
  assert.ok(server.flags.readOnly);
  assert.equal(leftToDo.length, 1);
  assert.match(leftToDo[0] ?? '', /^db10.*2026-01-31T03:00:00.*bin\.000001:100.*db11/);
});

test('alive and not to be closed: no failover', async () => {
  const server = new FakeServer('db10');
  server.setReadOnly = () => Promise.reject(new Failure('deadline', 'late'));
  await assert.rejects(close(server), { kind: 'refused', message: /two writable masters/ });
  const silent = new FakeServer('db10');
  silent.readOnly = () => Promise.reject(new Failure('deadline', 'late'));
  await assert.rejects(close(silent), { kind: 'refused' });
});

test('alive, writable, and clients may reach it by the address: MHA was wrong, nothing is changed', async () => {
  for (const answer of [
    { kind: 'somebody', who: 'a host' },
    { kind: 'unknown', why: 'no way to ask' },
  ] as const) {
    const server = new FakeServer('db10');
    await assert.rejects(
      close(server, () => Promise.resolve(answer)),
      { kind: 'refused', message: /^db10, which MHA took for dead, is alive and takes writes, .*stays the master/ },
    );
    assert.deepEqual(server.calls, []);
  }
  const away = new FakeServer('db10');
  assert.equal((await close(away, () => Promise.resolve({ kind: 'nobody' }))).state, 'closed');
});
