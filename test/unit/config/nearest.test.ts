import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../../src/config/nearest.ts';

for (const [name, near] of [
  ['shwo', 'show'],
  ['sho', 'show'],
  ['SHOW', 'show'],
  ['assing', 'assign'],
  ['realease', 'release'],
  ['banana', undefined],
  ['x', undefined],
  ['', undefined],
] as const) {
  test(`"${name}" is near to ${near ?? 'nothing'}`, () => {
    assert.equal(nearest(name, ['show', 'assign', 'release']), near);
  });
}

test('of two that are as near the first is taken', () => {
  assert.equal(nearest('stat', ['start', 'state']), 'start');
});
