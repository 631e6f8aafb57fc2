import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import { NoPlace } from '../../../../src/vip/api/NoPlace.ts';

test('it is a failure of the address to everybody, and something of its own to those who ask', () => {
  const gone: unknown = new NoPlace('there is no port for db10', { hint: 'look' });
  assert.ok(gone instanceof NoPlace && gone instanceof Failure);
  assert.deepEqual([gone.kind, gone.message, gone.hint], ['address', 'there is no port for db10', 'look']);
});
