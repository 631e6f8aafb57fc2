import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, failureExitCodes, MailFailure, SqlError } from '../../../src/errors/errors.ts';

test('no failure leaves with a code that tells MHA to go on, and no two with the same', () => {
  const codes: readonly number[] = Object.values(failureExitCodes);
  assert.equal(new Set(codes).size, codes.length);
  for (const code of codes) assert.ok(code > 0 && code < 126 && code !== 10, String(code));
});

test('the class decides the exit code', () => {
  for (const [kind, code] of Object.entries(failureExitCodes))
    assert.equal(new Failure(kind as keyof typeof failureExitCodes, 'x').exitCode, code);
});

test('hint and cause are there only where they were given', () => {
  const bare = new Failure('ssh', 'x');
  assert.equal(bare.hint, undefined);
  assert.ok(!('cause' in bare));
  const cause = new SqlError(1045, 'denied');
  const full = new Failure('mysql', 'x', { hint: 'y', cause });
  assert.deepEqual([full.hint, full.cause], ['y', cause]);
  assert.equal(cause.errno, 1045);
});

test('a mail is late or refused: both are a MailFailure with whom it did not reach', () => {
  const refusals = [{ to: ['a@b'], reason: 'x', again: 'now' as const }];
  assert.equal(new MailFailure('x', refusals).exitCode, failureExitCodes.mail);
  const late = new MailFailure('x', refusals, { kind: 'deadline' });
  assert.equal(late.exitCode, failureExitCodes.deadline);
  assert.deepEqual(late.refusals, refusals);
  assert.ok(late instanceof Failure);
});
