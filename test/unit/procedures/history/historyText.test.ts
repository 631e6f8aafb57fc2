import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf } from '../../../../src/procedures/history/groupRuns.ts';
import { historyText, storyText } from '../../../../src/procedures/history/historyText.ts';
import { timelineOf } from '../../../../src/procedures/history/timeline.ts';
import { ended, run, step, time } from './runs.ts';

const start = run('hard start', 5.2, ended(6, 'proceed', { leftToDo: ['end mysqld'] }), {
  by: null,
  caller: { pid: 1, startTicks: '1', program: 'masterha_manager' },
  steps: [step('open db11', 5.3, 5.512)],
});
const entry = entryOf([start], 7);

test('none yet', () => {
  assert.equal(historyText([]), 'no switch and no failover yet');
});

test('a list', () => {
  const second = entryOf([run('online stop', 60, ended(61)), run('online start', 62, ended(63))], 8);
  assert.equal(
    historyText([entry, second]),
    `N  when                  what      from -> to    outcome     hooks  by
7  2026-01-31T03:00:05Z  failover  db10 -> db11  LEFT TO DO  0.8 s  masterha_manager
8  2026-01-31T03:01:00Z  switch    db10 -> db11  done        2.0 s  masterha_master_switch (alice)`,
  );
});

test('a story', () => {
  const ping = { at: Date.parse(time(0)), text: 'first failed ping', goesOn: true };
  const phase = { at: Date.parse(time(4)), text: 'Phase 3', goesOn: true };
  assert.equal(
    storyText({ ...entry, timeline: timelineOf([start], [ping, phase]), withoutLog: null }),
    `7: failover, db10 -> db11, 2026-01-31T03:00:05.200Z
  LEFT TO DO
  0.8 s from the first hook to the last, 0.8 s of it in hooks; by masterha_manager
  LEFT TO DO: end mysqld

   +0       4 s      first failed ping
   +4                Phase 3
   +5.200   0.800 s    hook hard start: done, LEFT TO DO
   +5.300   0.212 s      open db11`,
  );
});

test("where MHA's log does not have it, that is said", () => {
  assert.match(storyText({ ...entry, timeline: [], withoutLog: 'gone' }), /^ {2}without MHA's own phases: gone$/m);
});
