import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Shell, SqlConnection } from '../../../../src/context/Context.ts';
import { Failure, SqlError, type FailureKind } from '../../../../src/errors/errors.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { reopeningConnection, reopeningShell } from '../../../../src/procedures/run/reopening.ts';

/** Connections that are numbered as they are opened; the first one throws. */
function subject(error: Error) {
  let opened = 0;
  const open = (): SqlConnection => {
    const number = opened++;
    return {
      threadId: number,
      query: () => (number === 0 ? Promise.reject(error) : Promise.resolve([{ number }])),
      close: () => Promise.resolve(),
    };
  };
  return {
    connection: reopeningConnection(open(), () => Promise.resolve(open()), new FakeClock()),
    opened: () => opened,
  };
}

test('a query that was given up costs one step; the next one has a new connection, which stays', async () => {
  const { connection, opened } = subject(new Failure('deadline', 'late'));
  assert.equal(connection.threadId, 0);
  await assert.rejects(connection.query('x', [], 1), { kind: 'deadline' });
  assert.deepEqual(await connection.query('x', [], 1), [{ number: 1 }]);
  assert.deepEqual(await connection.query('x', [], 1), [{ number: 1 }]);
  assert.equal(connection.threadId, 1);
  assert.equal(opened(), 2);
});

test('what was given up may still wait for a lock there: its session is ended first', async () => {
  const after = async (users: readonly string[], killed: Error | null = null): Promise<readonly string[]> => {
    const asked: string[] = [];
    let looks = 0;
    const first = {
      threadId: 7,
      query: () => Promise.reject(new Failure('deadline', 'late')),
      close: () => Promise.resolve(),
    };
    const second = {
      ...first,
      threadId: 9,
      query(sql: string) {
        asked.push(sql);
        if (sql.startsWith('KILL') && killed !== null) return Promise.reject(killed);
        const [mine = '', other = ''] = users;
        const isThere = sql.startsWith('SHOW') && looks++ < 3;
        return Promise.resolve([{ Id: 9, User: mine }, ...(isThere ? [{ Id: 7, User: other }] : [])]);
      },
    };
    const connection = reopeningConnection(first, () => Promise.resolve(second), new FakeClock());
    await assert.rejects(connection.query('SET GLOBAL read_only = 1', [], 1));
    await connection.query('x', [], 1);
    await connection.query('y', [], 1);
    return asked;
  };
  const list = 'SHOW FULL PROCESSLIST';
  assert.deepEqual(await after(['mha', 'mha']), [list, 'KILL CONNECTION 7', list, list, list, 'x', 'y']);
  // The server was started again, and the number is somebody else's.
  assert.deepEqual(await after(['mha', 'app']), [list, 'x', 'y']);
  const gone = new SqlError(1094, 'Unknown thread id: 7');
  assert.deepEqual(await after(['mha', 'mha'], gone), [list, 'KILL CONNECTION 7', 'x', 'y']);
});

test('what the server itself answers leaves the connection whole', async () => {
  const { connection, opened } = subject(new SqlError(1064, 'no'));
  await assert.rejects(connection.query('x', [], 1), { errno: 1064 });
  await assert.rejects(connection.query('x', [], 1), { errno: 1064 });
  assert.equal(opened(), 1);
});

test('a shell that is lost is opened again; a defect of ours does not end it', async () => {
  const runs = async (kind: FailureKind): Promise<number> => {
    let opened = 1;
    const first = { label: 'db10', run: () => Promise.reject(new Failure(kind, 'x')), close: () => Promise.resolve() };
    const shell = reopeningShell(first, () => {
      opened++;
      return Promise.resolve({ ...first, run: () => Promise.resolve({ code: 0, stdout: '', stderr: '' }) });
    });
    assert.equal(shell.label, 'db10');
    await assert.rejects(shell.run(['x'], 1), { kind });
    await shell.run(['x'], 1).catch(() => undefined);
    return opened;
  };
  assert.deepEqual([await runs('ssh'), await runs('deadline'), await runs('internal')], [2, 2, 1]);
});

test('what is armed on a shell that was lost meanwhile is run on the new one', async () => {
  const ran: string[] = [];
  const shellOf = (name: string): Shell => ({
    label: 'db10',
    run: ([program = '']) => {
      ran.push(`${name} ${program}`);
      return program === 'lose'
        ? Promise.reject(new Failure('ssh', 'lost'))
        : Promise.resolve({ code: 0, stdout: '', stderr: '' });
    },
    arm: ([program = '']) => {
      ran.push(`${name} arms ${program}`);
      return () => {
        ran.push(`${name} word`);
        return Promise.resolve({ code: 0, stdout: '', stderr: '' });
      };
    },
    close: () => Promise.resolve(),
  });
  const shell = reopeningShell(shellOf('first'), () => Promise.resolve(shellOf('second')));
  const [kept, late] = [shell.arm?.(['x'], 1), shell.arm?.(['y'], 1)];
  await kept?.();
  await assert.rejects(shell.run(['lose'], 1));
  await late?.();
  assert.deepEqual(ran, ['first arms x', 'first arms y', 'first word', 'first lose', 'second y']);
});
