import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pause } from '../../../../src/procedures/pause/Pause.ts';
import { pauseNotices } from '../../../../src/procedures/pause/pauseNotices.ts';

const at = '2026-01-31T02:00:00.000Z';
const made = { at, by: 'anna', reason: null, process: null, dead: null };
const pause: Pause = { ...made, id: '1', kind: 'pause', forMs: 3_600_000 };
const stop: Pause = { ...made, id: '2', kind: 'stop', forMs: null, process: { pid: 7, startTicks: '1' } };
const atWork: Pause = { ...stop, id: '3', kind: 'switch' };

test('each says what it means and how it ends; one that takes the place of another says all', () => {
  assert.deepEqual(pauseNotices([], [atWork], '/a.cnf'), []);
  assert.deepEqual(pauseNotices([pause], [pause], '/a.cnf'), []);
  const [ended] = pauseNotices([pause], [], '/a.cnf');
  const [begun, ...more] = pauseNotices([pause], [stop], '/a.cnf');
  assert.deepEqual(more, []);
  assert.equal(ended?.subject, 'over: PAUSED until 2026-01-31T03:00:00.000Z');
  assert.match(ended.text, /masterha_manager is started again/);
  assert.equal(begun?.subject, 'STOPPED');
  assert.match(begun.text, /failover --dead HOST\.\n\nIt ends before with: mha-helper monitor start -c \/a\.cnf$/);
  assert.match(pauseNotices([], [pause], '/a.cnf')[0]?.text ?? '', /with: mha-helper resume -c \/a\.cnf$/);
});
