import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { isUnreachable } from '../../../src/vip/unreachable.ts';

const because = (code: string): Failure => new Failure('ssh', 'x', { cause: Object.assign(new Error('x'), { code }) });

test('nobody answers', () => {
  for (const code of ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'])
    assert.ok(isUnreachable(because(code)), code);
});

test('whoever refuses us, or ends a connection, is alive; and what we do not know is not taken for dead', () => {
  for (const code of ['ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EACCES']) assert.ok(!isUnreachable(because(code)), code);
  assert.ok(!isUnreachable(new Failure('ssh', 'no key was accepted')));
  assert.ok(!isUnreachable(new Failure('deadline', 'x', { cause: new Error('ETIMEDOUT') })));
});
