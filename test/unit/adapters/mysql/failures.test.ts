import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QueryError } from 'mysql2';
import { connectError, deadline, encryptedError } from '../../../../src/adapters/mysql/failures.ts';
import { SqlError } from '../../../../src/errors/errors.ts';

const target = { label: 'db10', host: '10.0.0.1', port: 3306, user: 'mha', password: 'hunter2' };
/** What the server itself said has a state. */
const error = (code: string, message: string, more: object = {}): QueryError =>
  Object.assign(new Error(message), { code, ...more }) as QueryError;
const denied = error('ER_ACCESS_DENIED_ERROR', 'Access denied', { sqlState: '28000', errno: 1045 });

test('a server that refuses is alive: the cause is what it said', () => {
  const failure = connectError(target, denied, 1000);
  assert.equal(failure.kind, 'mysql');
  assert.ok(failure.cause instanceof SqlError && failure.cause.errno === 1045);
  assert.match(failure.message, /^db10: .*10\.0\.0\.1:3306 .*'mha'.*Access denied$/);
});

test('one that does not answer is not: the cause is no SqlError', () => {
  const refused = connectError(target, error('ECONNREFUSED', 'connect ECONNREFUSED'), 1000);
  assert.ok(!(refused.cause instanceof SqlError));
  assert.equal((refused.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
  const late = connectError(target, error('ETIMEDOUT', 'x'), 2500);
  assert.equal(late.kind, 'deadline');
  assert.match(late.message, /2\.5 s/);
  assert.equal(deadline(target, 2500).message, late.message);
});

test('the password is never told, but that it was empty is', () => {
  assert.doesNotMatch(connectError(target, denied, 1000).message, /hunter2|empty/);
  assert.match(connectError({ ...target, password: '' }, denied, 1000).message, /empty/);
});

test('an IPv6 address stands in brackets before its port', () => {
  assert.match(deadline({ ...target, host: 'fd00::1' }, 1).message, /\[fd00::1\]:3306/);
});

test('a login that we cannot do: its plugin is named, and it counts as an answer', () => {
  const plugin = (code: string, message: string) => connectError(target, error(code, message), 1);
  assert.match(plugin('AUTH_SWITCH_PLUGIN_ERROR', 'asks for unknown plugin gssapi. x').message, /plugin gssapi/);
  assert.match(plugin('AUTH_SWITCH_PLUGIN_ERROR', 'asks for unknown plugin . x').message, /mysql_old_password/);
  assert.match(plugin('MYSQL_CLEAR_PASSWORD_NOT_ENABLED', 'x').message, /mysql_clear_password/);
  assert.ok(plugin('AUTH_SWITCH_PLUGIN_ERROR', 'odd').cause instanceof SqlError);
});

test('of two attempts the one that tells more is told', () => {
  const plain = error('ER_SECURE_TRANSPORT_REQUIRED', 'insecure', { sqlState: 'HY000', errno: 3159 });
  assert.match(encryptedError(target, plain, denied, 1).message, /Access denied$/);
  assert.match(encryptedError(target, plain, error('ETIMEDOUT', 'x'), 1).message, /insecure.*no answer$/);
  assert.match(encryptedError(target, plain, deadline(target, 1), 1).message, /insecure.*no answer$/);
  assert.match(encryptedError(target, plain, error('EPROTO', 'bad record'), 1).message, /insecure.*bad record$/);
  assert.doesNotMatch(encryptedError(target, plain, error('HANDSHAKE_NO_SSL_SUPPORT', 'none'), 1).message, /none/);
  assert.ok(encryptedError(target, plain, error('ETIMEDOUT', 'x'), 1).cause instanceof SqlError);
});
