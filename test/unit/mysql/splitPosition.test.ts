import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitPosition } from '../../../src/mysql/splitPosition.ts';

test('the position is what follows the last colon', () => {
  assert.deepEqual(splitPosition('mysql-bin.000012:4711'), ['mysql-bin.000012', 4711]);
  assert.deepEqual(splitPosition('/logs/a:b/bin.000001:4'), ['/logs/a:b/bin.000001', 4]);
});
