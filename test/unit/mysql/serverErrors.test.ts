import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, SqlError } from '../../../src/errors/errors.ts';
import {
  isLockWaitTimeout,
  isNoSuchThread,
  isRefusal,
  queryError,
  threadNamedIn,
} from '../../../src/mysql/serverErrors.ts';

test('what the server refused, where, and in its own words', () => {
  const cause = new SqlError(1064, 'near\n"x"');
  const failure = queryError('db10', 'KILL 1', cause);
  assert.equal(failure.kind, 'mysql');
  assert.equal(failure.cause, cause);
  assert.match(failure.message, /^db10: .*"KILL 1".*near "x"$/);
  assert.equal(failure.hint, undefined);
});

test('a missing privilege comes with the privileges that are needed', () => {
  for (const [number, privilege] of [
    [1227, /SUPER.*CONNECTION_ADMIN.*REPLICATION CLIENT/],
    [1095, /CONNECTION_ADMIN/],
    [1142, /privilege/],
  ] as const)
    assert.match(queryError('db10', 'x', new SqlError(number, 'denied')).hint ?? '', privilege);
});

test('a failure that was thrown already stays: a deadline is none of the server', () => {
  const failure = new Failure('deadline', 'x');
  assert.equal(queryError('db10', 'x', failure), failure);
});

test('two refusals that are no errors for whoever asked', () => {
  const made = (number: number): Failure => queryError('db10', 'x', new SqlError(number, 'y'));
  assert.deepEqual([isNoSuchThread(made(1094)), isNoSuchThread(made(1205))], [true, false]);
  assert.deepEqual([isLockWaitTimeout(made(1205)), isLockWaitTimeout(made(1094))], [true, false]);
  for (const other of [new SqlError(1094, 'bare'), new Failure('mysql', 'x'), new Error('x'), undefined])
    assert.ok(!isNoSuchThread(other) && !isLockWaitTimeout(other));
});

test('what the server answered is told from a connection that broke', () => {
  assert.ok(isRefusal(queryError('db10', 'x', new SqlError(1095, 'y'))));
  for (const other of [new SqlError(1094, 'bare'), new Failure('deadline', 'x'), new Error('x'), undefined])
    assert.ok(!isRefusal(other));
});

test('the session that a refused KILL names, in any language', () => {
  for (const [text, id] of [
    ['Unknown thread id: 42', 42],
    ['Unbekannte Thread-ID: 7', 7],
    ['There is no thread 2 here: 12.', 12],
  ] as const)
    assert.equal(threadNamedIn(queryError('db10', 'x', new SqlError(1094, text))), id);
  assert.equal(threadNamedIn(queryError('db10', 'KILL CONNECTION 3', new SqlError(1094, 'no such thread'))), NaN);
  assert.equal(threadNamedIn(new Failure('deadline', 'within 5 s')), NaN);
});
