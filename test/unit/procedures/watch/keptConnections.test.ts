import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connectors, Shell, SqlConnection } from '../../../../src/context/Context.ts';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import { KeptConnections } from '../../../../src/procedures/watch/keptConnections.ts';
import { FakeClock } from '../../../doubles/clock.ts';

const target = { label: 'db10', host: '10.0.0.10', port: 3306, user: 'u', password: 'p' };
const shellTarget = { label: 'db10', host: 'db10' };

function world() {
  const clock = new FakeClock();
  const calls: string[] = [];
  const state = { refuses: null as Error | null, lost: null as Error | null };
  const connect: Partial<Connectors> = {
    mysql: async () => {
      calls.push('connect');
      if (state.refuses !== null) throw state.refuses;
      const born = state.lost;
      const connection: SqlConnection = {
        threadId: calls.length,
        query: async (sql) => {
          calls.push(sql);
          if (state.lost !== null && state.lost !== born) throw state.lost;
          return [];
        },
        close: async () => void calls.push('close'),
      };
      return connection;
    },
    ssh: async () => {
      calls.push('ssh');
      if (state.refuses !== null) throw state.refuses;
      const born = state.lost;
      const shell: Shell = {
        label: 'db10',
        run: async ([word = '']) => {
          calls.push(word);
          if (state.lost !== null && state.lost !== born) throw state.lost;
          return { code: 0, stdout: '', stderr: '' };
        },
        close: async () => void calls.push('close'),
      };
      return shell;
    },
    openstack: async () => {
      calls.push('log in');
      if (state.refuses !== null) throw state.refuses;
      return {} as never;
    },
  };
  const kept = new KeptConnections(connect as Connectors, clock);
  const taken = (): readonly string[] => calls.splice(0);
  return { clock, state, kept, taken };
}

const lost = new Failure('mysql', 'the connection was lost');

test('one connection for all looks, which answers before it is used', async () => {
  const { clock, kept, taken } = world();
  const first = await kept.connect.mysql(target, 1_000);
  await first.query('A', [], 1);
  await first.close();
  await kept.connect.mysql(target, 1_000);
  assert.deepEqual(taken(), ['connect', 'A'], 'within the same look it is not asked again');
  clock.advance(10_000);
  await (await kept.connect.mysql(target, 1_000)).query('B', [], 1);
  assert.deepEqual(taken(), ['SELECT 1', 'B']);
  await kept.connect.mysql({ ...target, port: 3307 }, 1_000);
  assert.deepEqual(taken(), ['connect'], 'another server has its own');
  await kept.close();
  assert.deepEqual(taken(), ['close', 'close']);
});

test('one that is lost is opened again in the same look: a restarted server is no unknown one', async () => {
  for (const error of [lost, new SqlError(1927, 'Connection was killed')]) {
    const { clock, state, kept, taken } = world();
    await kept.connect.mysql(target, 1_000);
    state.lost = error;
    clock.advance(10_000);
    await (await kept.connect.mysql(target, 1_000)).query('B', [], 1);
    assert.deepEqual(taken(), ['connect', 'SELECT 1', 'close', 'connect', 'B']);
  }
});

test('one that does not answer in time is given up, and nothing else is waited for', async () => {
  const { clock, state, kept, taken } = world();
  await kept.connect.mysql(target, 1_000);
  state.lost = new Failure('deadline', 'no answer');
  clock.advance(10_000);
  await assert.rejects(kept.connect.mysql(target, 1_000), /no answer/);
  assert.deepEqual(taken(), ['connect', 'SELECT 1', 'close']);
});

test('what fails in use is not kept; what the server itself says leaves it whole', async () => {
  const { state, kept, taken } = world();
  const used = await kept.connect.mysql(target, 1_000);
  state.lost = new SqlError(1142, 'denied');
  await assert.rejects(used.query('A', [], 1), /denied/);
  await kept.connect.mysql(target, 1_000);
  assert.deepEqual(taken(), ['connect', 'A']);
  state.lost = lost;
  await assert.rejects(used.query('A', [], 1), /lost/);
  await kept.connect.mysql(target, 1_000);
  assert.deepEqual(taken(), ['A', 'close', 'connect']);
});

test('back-off: a server that cannot be reached is not tried with each look; a refused port is', async () => {
  const { clock, state, kept, taken } = world();
  state.refuses = new Failure('deadline', 'no answer');
  let tries = 0;
  for (let seconds = 0; seconds < 120; seconds += 3) {
    await assert.rejects(kept.connect.mysql(target, 1_000), /no answer/);
    tries += taken().length;
    clock.advance(3_000);
  }
  assert.equal(tries, 6, 'at 0, 3, 15, 36, 66 and 96 s');
  state.refuses = new Failure('mysql', 'refused', {
    cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }),
  });
  clock.advance(30_000);
  for (let look = 0; look < 3; look += 1) await assert.rejects(kept.connect.mysql(target, 1_000), /refused/);
  assert.deepEqual(taken(), ['connect', 'connect', 'connect']);
  state.refuses = null;
  await kept.connect.mysql(target, 1_000);
});

test('two who ask at the same time share one', async () => {
  const { kept, taken } = world();
  await Promise.all([kept.connect.mysql(target, 1_000), kept.connect.mysql(target, 1_000)]);
  assert.deepEqual(taken(), ['connect']);
});

test('a shell that is lost is opened again, and the command sent again; one that was just opened is not', async () => {
  const { state, kept, taken } = world();
  await (await kept.connect.ssh(shellTarget, 1_000)).run(['a'], 1_000);
  assert.deepEqual(taken(), ['ssh', 'a']);
  state.lost = new Failure('ssh', 'lost');
  const shell = await kept.connect.ssh(shellTarget, 1_000);
  await shell.run(['b'], 1_000);
  await shell.run(['c'], 1_000);
  assert.deepEqual(taken(), ['b', 'close', 'ssh', 'b', 'c']);
  state.lost = new Failure('deadline', 'no answer');
  await assert.rejects(shell.run(['d'], 1_000), /no answer/);
  assert.deepEqual(taken(), ['d', 'close']);
});

test("a cloud's service stays logged in, with the limit of this look; a login that failed is tried again", async () => {
  const { state, kept, taken } = world();
  state.refuses = new Error('denied');
  await assert.rejects(
    kept.connect.openstack({ cloud: 'a' }, () => 1),
    /denied/,
  );
  state.refuses = null;
  await kept.connect.openstack({ cloud: 'a' }, () => 1);
  await kept.connect.openstack({ cloud: 'a' }, () => 2);
  assert.deepEqual(taken(), ['log in', 'log in']);
});
