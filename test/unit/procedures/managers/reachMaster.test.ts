import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { SqlConnection } from '../../../../src/context/Context.ts';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import { reachMaster } from '../../../../src/procedures/managers/reachMaster.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const app = { servers: [{ hostname: 'db10', ip: '10.0.0.10', port: 3306, user: 'mha', password: 'p' }] } as never;
const settings = { options: { mysql_tls: 'opportunistic' } } as never;
const failed = (cause: unknown): Failure => new Failure('mysql', 'db10: it does not work', { cause });
const network = (code: string): Failure => failed(Object.assign(new Error(code), { code }));
const silence = new Failure('deadline', 'db10: no answer within 3 s');

/** @param answers to each statement; the connection itself fails with an Error */
async function reach(
  answers: Readonly<Record<string, unknown>> | Error,
  ping = 'SELECT',
  host = 'db10',
  isListening = true,
) {
  const connection: SqlConnection = {
    threadId: 1,
    query: (sql) => {
      const answer = answers instanceof Error ? undefined : answers[sql.split(' ')[0] ?? ''];
      if (answer instanceof Promise) return answer as Promise<never>;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve((answer ?? []) as never);
    },
    close: () => Promise.resolve(),
  };
  const tools = fakeTools('', {
    listens: async () => {
      if (!isListening) throw answers as Error;
    },
    mysql: () => (answers instanceof Error ? Promise.reject(answers) : Promise.resolve(connection)),
  });
  // What answers at once is there before a wait is over.
  const clock = Object.assign(tools.clock, {
    sleep: async (_: number, signal?: AbortSignal) => {
      await setImmediate();
      signal?.throwIfAborted();
    },
  });
  const { reaches, said } = await reachMaster({ host, port: 3306, ping }, app, settings, { ...tools, clock });
  return [isUnknown(reaches) ? 'unknown' : reaches, said] as const;
}

test('it answers, or refuses: it lives', async () => {
  assert.deepEqual(await reach({}), [true, 'it reaches db10:3306']);
  for (const errno of [1040, 1045, 1129, 1053, 2059])
    assert.equal((await reach(failed(new SqlError(errno, 'x'))))[0], true);
  assert.equal((await reach({ SELECT: new SqlError(1820, 'x') }))[0], true);
});

test('nothing comes from it', async () => {
  for (const code of ['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ETIMEDOUT', 'PROTOCOL_CONNECTION_LOST'])
    assert.equal((await reach(network(code)))[0], false, code);
  assert.equal((await reach(silence))[0], false);
  assert.equal((await reach({ SELECT: silence }))[0], false);
  // Nobody logs in where nobody listens.
  assert.equal((await reach(network('ECONNREFUSED'), 'SELECT', 'db10', false))[0], false);
  assert.equal((await reach(network('EMFILE'), 'SELECT', 'db10', false))[0], 'unknown');
});

test('this manager cannot look: that says nothing about the master', async () => {
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EMFILE', 'EACCES', 'EADDRNOTAVAIL'])
    assert.equal((await reach(network(code)))[0], 'unknown', code);
  assert.equal((await reach(new Error('a defect')))[0], 'unknown');
  assert.deepEqual(await reach({}, 'SELECT', 'db19'), [
    'unknown',
    "db19:3306 is no server of this cluster here: the managers' configurations differ",
  ]);
});

test('ping_type = INSERT: a server that only takes connections is no master, and a lock is no death', async () => {
  assert.deepEqual(await reach({}, 'INSERT'), [true, 'db10:3306 takes writes from it']);
  assert.equal((await reach({ INSERT: new SqlError(1114, 'full') }, 'INSERT'))[0], false);
  assert.equal((await reach({ INSERT: new SqlError(1290, 'read only') }, 'INSERT'))[0], true);
  assert.deepEqual(await reach({ INSERT: silence }, 'INSERT'), [false, 'db10:3306 takes no write within 3 s']);
  const waits = new Promise(() => undefined);
  const locked = [{ Info: 'INSERT INTO infra.chk_masterha', State: 'Waiting for global read lock' }];
  assert.equal((await reach({ INSERT: waits, SHOW: locked }, 'INSERT'))[0], true);
  const busy = [{ Info: 'INSERT INTO infra.chk_masterha', State: 'update' }];
  assert.equal((await reach({ INSERT: waits, SHOW: busy }, 'INSERT'))[0], false);
  assert.equal((await reach({ INSERT: waits, SHOW: silence }, 'INSERT'))[0], false);
});
