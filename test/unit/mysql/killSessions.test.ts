import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, SqlError } from '../../../src/errors/errors.ts';
import { killSessions } from '../../../src/mysql/killSessions.ts';
import { queryError } from '../../../src/mysql/serverErrors.ts';

interface Refusals {
  readonly gone?: readonly number[];
  readonly denied?: readonly number[];
  readonly together?: false;
}

/** A server that stops at the first statement that it refuses. @returns what it was sent, and whom it has ended */
function server({ gone = [], denied = [], together }: Refusals = {}) {
  const sent: string[] = [];
  const ended: number[] = [];
  const refuse = (sql: string, number: number, text: string): Promise<never> =>
    Promise.reject(queryError('db10', sql, new SqlError(number, text)));
  const ask = (sql: string): Promise<unknown> => {
    sent.push(sql);
    if (together === false && sql.includes(';')) return refuse(sql, 1064, 'You have an error near 1');
    for (const id of (sql.match(/\d+/g) ?? []).map(Number)) {
      if (gone.includes(id)) return refuse(sql, 1094, `Unbekannte Thread-ID: ${id}`);
      if (denied.includes(id)) return refuse(sql, 1095, `You are not owner of thread ${id}`);
      ended.push(id);
    }
    return Promise.resolve([]);
  };
  return { sent, ended, ask };
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test('many sessions are ended with few messages, and nobody with none', async () => {
  const { sent, ended, ask } = server();
  await killSessions(numbers(450), ask);
  assert.deepEqual(ended, numbers(450));
  assert.equal(sent.length, 3);
  await killSessions([], ask);
  assert.equal(sent.length, 3);
  await killSessions([7], ask);
  assert.equal(sent.at(-1), 'KILL CONNECTION 7');
});

test('those behind one that has gone by itself are ended too, and nobody is asked twice', async () => {
  const { sent, ended, ask } = server({ gone: [2, 3, 6] });
  await killSessions(numbers(6), ask);
  assert.deepEqual(ended, [1, 4, 5]);
  assert.deepEqual(sent, [
    'KILL CONNECTION 1; KILL CONNECTION 2; KILL CONNECTION 3; KILL CONNECTION 4; KILL CONNECTION 5; KILL CONNECTION 6',
    'KILL CONNECTION 3; KILL CONNECTION 4; KILL CONNECTION 5; KILL CONNECTION 6',
    'KILL CONNECTION 4; KILL CONNECTION 5; KILL CONNECTION 6',
  ]);
});

test('a server, or what is before it, that takes one statement at a time is asked so', async () => {
  const { ended, ask } = server({ together: false, gone: [2] });
  await killSessions([1, 2, 3], ask);
  assert.deepEqual(ended, [1, 3]);
});

test('a session that may not be ended is named, and ends it', async () => {
  const { ask } = server({ denied: [3] });
  await assert.rejects(killSessions(numbers(4), ask), (error: Failure) => {
    assert.match(error.message, /refused "KILL CONNECTION 3": You are not owner of thread 3/);
    assert.match(error.hint ?? '', /CONNECTION_ADMIN/);
    return true;
  });
});

test('a server that does not answer is asked no more', async () => {
  const sent: string[] = [];
  const silence = new Failure('deadline', 'x');
  const ask = (sql: string): Promise<never> => {
    sent.push(sql);
    return Promise.reject(silence);
  };
  await assert.rejects(killSessions(numbers(300), ask), silence);
  assert.equal(sent.length, 1);
});
