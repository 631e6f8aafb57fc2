import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf } from '../../../../src/procedures/history/groupRuns.ts';
import { historyText, storyText } from '../../../../src/procedures/history/historyText.ts';
import { timelineOf } from '../../../../src/procedures/history/timeline.ts';
import { ended, run, step, time, witness } from './runs.ts';

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
    `N  when                  what      from -> to    outcome     by
7  2026-01-31T03:00:05Z  failover  db10 -> db11  LEFT TO DO  manager
8  2026-01-31T03:01:00Z  switch    db10 -> db11  done        alice`,
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

test('what a client met: a column where anybody ever looked, a line and a moment of the story', () => {
  const drill = { witness, drill: { way: 'back', began: time(0) } } as const;
  const switched = [run('online stop', 2, ended(3)), run('online start', 3, ended(4), drill)] as const;
  const second = entryOf(switched, 8);
  const third = entryOf([run('hard start', 9, ended(10), { witness: { ...witness, atLeast: true } })], 9);
  const fourth = entryOf([run('hard start', 9, ended(10), { witness: { ...witness, outageMs: null } })], 10);
  const rows = historyText([entry, second, third, fourth]).split('\n');
  assert.match(rows[0] ?? '', /outcome +outage +by$/);
  assert.deepEqual(
    rows.slice(1).map((row) => /(?:LEFT TO DO|done) +(.*?) {2}/.exec(row)?.[1]),
    ['-', '0.312 s', '>0.312 s', '?'],
  );
  assert.match(rows[2] ?? '', / drill +db10 -> db11 /);
  const story = storyText({ ...second, timeline: timelineOf(switched, []), withoutLog: null });
  assert.match(story, /^ {2}outage: 0\.312 s through the writer address 192\.0\.2\.155 from mgr \(db10, then db11\)$/m);
  assert.match(story, /^ {2}the way back of a drill$/m);
  assert.match(
    story,
    /^ {3}\+1\.200 {12}a client meets db11 through the writer address 192\.0\.2\.155, and could write$/m,
  );
});
