import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlConnection, SqlRow, Tools } from '../../../../src/context/Context.ts';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import type { ApplicationServer } from '../../../../src/mha/applicationConfig.ts';
import { fenceOldLeader } from '../../../../src/procedures/managers/fenceOldLeader.ts';
import { namesOf } from '../../../../src/procedures/managers/note.ts';
import { FakeClock } from '../../../doubles/clock.ts';

const own = new Set(['mgr2', '10.0.0.2', 'localhost']);
const old = { manager: 'mgr1', host: 'mgr1', addresses: ['10.0.0.1', 'fd00::1'], since: '' };
const session = (id: number, host: string, user = 'mha'): SqlRow => ({ Id: id, User: user, Host: host });

/**
 * One server: its sessions, who has MHA's locks, and what KILL does.
 * @param gone by themselves, once they are listed
 */
function server(
  sessions: SqlRow[],
  holders: readonly (number | null)[],
  kill: 'works' | 'hangs' | 'is refused' = 'works',
  gone: readonly number[] = [],
) {
  const asked: string[] = [];
  const connection = {
    threadId: 1,
    query(sql: string) {
      if (sql.startsWith('SELECT')) {
        const isThere = (id: number | null): number | null => (sessions.some((one) => one['Id'] === id) ? id : null);
        return Promise.resolve([{ lock0: isThere(holders[0] ?? null), lock1: isThere(holders[1] ?? null) }]);
      }
      if (sql === 'SHOW PROCESSLIST') return Promise.resolve([...sessions]);
      asked.push(sql);
      if (kill === 'is refused') return Promise.reject(new SqlError(1095, 'You are not owner of thread'));
      if (kill === 'works')
        for (const [, id] of sql.matchAll(/KILL CONNECTION (\d+)/g)) {
          sessions.splice(
            sessions.findIndex((one) => one['Id'] === Number(id)),
            1,
          );
          if (gone.includes(Number(id))) return Promise.reject(new SqlError(1094, `Unknown thread id: ${id ?? ''}`));
        }
      return Promise.resolve([]);
    },
    close: () => Promise.resolve(),
  } as unknown as SqlConnection;
  return { connection, asked };
}

function fence(connect: () => Promise<SqlConnection>, note: typeof old | null = old) {
  const servers = [{ hostname: 'db10', port: 3306, user: 'mha', password: 'x' } as ApplicationServer] as const;
  const tools = { clock: new FakeClock(), connect: { mysql: connect } } as unknown as Tools;
  return fenceOldLeader({ servers: [...servers] }, note === null ? [] : namesOf(note), own, undefined, tools);
}

test('sessions of the old leader end, by address and by name, and nobody else is touched', async () => {
  const { connection, asked } = server(
    [
      session(1, '10.0.0.2:999'),
      session(2, '10.0.0.1:1000'),
      session(3, 'fd00::1:1001'),
      session(4, 'mgr1.example:1002'),
      session(5, '10.0.0.11:1003'),
      session(6, '10.0.0.1:1004', 'app'),
      session(7, '10.0.0.2:1005'),
      session(8, 'localhost'),
    ],
    [],
  );
  const fenced = await fence(() => Promise.resolve(connection));
  assert.deepEqual(asked, ['KILL CONNECTION 2; KILL CONNECTION 3; KILL CONNECTION 4']);
  assert.deepEqual([fenced.ended.length, fenced.silent, fenced.failed], [3, [], []]);
  assert.equal(fenced.ended[0], 'db10: session 2 of mha from 10.0.0.1');
});

test('one that has gone by itself keeps nobody from being ended', async () => {
  const sessions = [2, 3, 4].map((id) => session(id, `10.0.0.1:${id}`));
  const { connection, asked } = server(sessions, [], 'works', [3]);
  const { ended, failed } = await fence(() => Promise.resolve(connection));
  assert.deepEqual([ended.length, failed], [3, []]);
  assert.equal(asked.at(-1), 'KILL CONNECTION 4');
});

test("whoever has MHA's locks is ended, wherever he is, but on this host", async () => {
  const foreign = server([session(1, '10.0.0.2:999'), session(9, '10.0.0.77:1', 'root')], [9, null]);
  assert.deepEqual((await fence(() => Promise.resolve(foreign.connection), null)).ended.length, 1);
  const ours = server([session(1, '10.0.0.2:999'), session(9, '10.0.0.2:1')], [null, 9]);
  assert.deepEqual((await fence(() => Promise.resolve(ours.connection))).ended, []);
});

test('a session that does not end, and a server that refuses, leave it undone', async () => {
  const stuck = server([session(2, '10.0.0.1:1000')], [], 'hangs');
  const fenced = await fence(() => Promise.resolve(stuck.connection));
  assert.match(fenced.failed[0] ?? '', /^db10: does not end although it was killed: session 2 /);
  assert.equal(stuck.asked.length, 1);
  const refusing = server([session(2, '10.0.0.1:1000')], [], 'is refused');
  assert.match((await fence(() => Promise.resolve(refusing.connection))).failed[0] ?? '', /not owner/);
  const full = new Failure('mysql', 'db10: too many connections', {
    cause: new SqlError(1040, 'Too many connections'),
  });
  assert.match((await fence(() => Promise.reject(full))).failed[0] ?? '', /too many connections/);
});

test("a server that does not answer at all is told, and in nobody's way", async () => {
  const { silent, failed } = await fence(() => Promise.reject(new Failure('deadline', 'no answer')));
  assert.deepEqual([silent, failed], [['db10: no answer'], []]);
});
