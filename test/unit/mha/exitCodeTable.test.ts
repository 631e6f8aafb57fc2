import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureExitCodes } from '../../../src/errors/errors.ts';
import { exitCodeTable } from '../../../src/mha/exitCodeTable.ts';

test('every code stands in the table once, in order', () => {
  const codes = exitCodeTable.map(({ code }) => code);
  assert.deepEqual(
    codes,
    [0, 10, 20, 21, 22, ...Object.values(failureExitCodes)].sort((a, b) => a - b),
  );
  assert.equal(new Set(exitCodeTable.map(({ name }) => name)).size, codes.length);
});

test('MHA goes on after 0 and 10 only', () => {
  assert.deepEqual(
    exitCodeTable.filter(({ mha }) => mha === 'goes on').map(({ code }) => code),
    [0, 10],
  );
});
