import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs, crashWindowMs, recent } from '../../../../src/procedures/monitor/limits.ts';

test('the wait doubles from 1 s, and is never more than 60 s', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].map(backoffMs),
    [1, 2, 4, 8, 16, 32, 60, 60].map((s) => s * 1000),
  );
  assert.equal(backoffMs(0), 1000);
  assert.equal(backoffMs(5000), 60_000);
});

test('a crash counts for its time and no longer', () => {
  const now = 10 * crashWindowMs;
  const kept = [now - crashWindowMs + 1, now - 1, now];
  assert.deepEqual(recent([0, now - crashWindowMs, ...kept], now), kept);
});
