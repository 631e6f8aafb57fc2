import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { isLostConnection } from '../../../src/steps/lostConnection.ts';

const caused = (kind: 'mysql' | 'deadline' | 'ssh' | 'address', code?: string): Failure =>
  new Failure(kind, 'it broke', code === undefined ? {} : { cause: Object.assign(new Error(code), { code }) });

test('the way there broke, and nothing else', () => {
  assert.equal(isLostConnection(caused('ssh')), true);
  for (const code of ['ECONNRESET', 'EPIPE', 'PROTOCOL_CONNECTION_LOST', 'ETIMEDOUT'])
    assert.equal(isLostConnection(caused('mysql', code)), true, code);
  assert.equal(isLostConnection(caused('mysql', 'ER_ACCESS_DENIED_ERROR')), false);
  assert.equal(isLostConnection(caused('mysql')), false);
  assert.equal(isLostConnection(caused('deadline', 'ETIMEDOUT')), false);
  assert.equal(isLostConnection(caused('address', 'ECONNRESET')), false);
  assert.equal(isLostConnection(new Error('a defect')), false);
});
