import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureExitCodes } from '../../../src/errors/errors.ts';
import { exitCodeOf, outcomeOf } from '../../../src/mha/exitCodes.ts';

test('0 when nothing is left to do, 10 when something is', () => {
  assert.equal(exitCodeOf(outcomeOf([])), 0);
  assert.equal(exitCodeOf({ kind: 'done' }), 0);
  assert.equal(exitCodeOf(outcomeOf(['remove the address by hand'])), 10);
  assert.equal(exitCodeOf(outcomeOf(['remove the address by hand']), 'stop'), 10);
  assert.equal(exitCodeOf({ kind: 'proceed', leftToDo: [] }), 0);
});

test('status is never 10: MHA would not start monitoring', () => {
  assert.equal(exitCodeOf(outcomeOf(['something']), 'status'), 0);
});

test('no failure leaves with a code that lets MHA go on', () => {
  const codes: readonly number[] = Object.values(failureExitCodes);
  assert.ok(!codes.includes(0) && !codes.includes(10));
  assert.equal(new Set(codes).size, codes.length);
  assert.ok(codes.every((code) => code < 126));
});
