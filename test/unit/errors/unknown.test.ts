import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnknown, unknownBecause } from '../../../src/errors/unknown.ts';

test('an answer that could not be had is no answer, and says why', () => {
  const answer = unknownBecause(new Error('no way'));
  assert.ok(isUnknown(answer));
  assert.match(answer.unknown, /no way/);
  for (const known of [null, undefined, false, 'unknown', [], {}]) assert.ok(!isUnknown(known));
});
