import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timelineOf } from '../../../../src/procedures/history/timeline.ts';
import { ended, run, step, time } from './runs.ts';

const at = (seconds: number): number => Date.parse(time(seconds));

test("MHA's phases and the hooks' steps by their time, each with how long it took", () => {
  const hook = run('hard start', 5.2, ended(6, 'proceed'), {
    steps: [step('open db11', 5.3, 5.5), step('close db10', 5.6, null, 'begun')],
  });
  const phases = [
    { at: at(0), text: 'first failed ping', goesOn: true },
    { at: at(4), text: 'Phase 3: Master Recovery Phase', goesOn: true },
    { at: at(7), text: 'replica db12: succeeded', goesOn: false },
    { at: at(8), text: 'Master failover to db11 completed successfully.', goesOn: false },
  ];
  assert.deepEqual(
    timelineOf([hook], phases).map(({ source, text, seconds }) => [source, text, seconds]),
    [
      ['mha', 'first failed ping', 4],
      ['mha', 'Phase 3: Master Recovery Phase', 4],
      ['hook', 'hook hard start: done, LEFT TO DO', 0.8],
      ['step', 'open db11', 0.2],
      ['step', 'close db10 (NOT FINISHED)', null],
      ['mha', 'replica db12: succeeded', null],
      ['mha', 'Master failover to db11 completed successfully.', null],
    ],
  );
});

test('what failed, was undone, or has no end', () => {
  const stop = run('online stop', 0, ended(1, 'failed', { message: 'why' }), {
    steps: [step('close db10', 0, 0.9, 'undone')],
  });
  assert.deepEqual(
    timelineOf([stop, run('online stop', 2, null)], []).map(({ text, seconds }) => [text, seconds]),
    [
      ['hook online stop: FAILED: why', 1],
      ['close db10 (UNDONE)', null],
      ['hook online stop: NOT ENDED', null],
    ],
  );
});

test('a failover within one second: what MHA begins only after a hook comes after it', () => {
  const stop = run('hard stopssh', 3.1, ended(3.3, 'done'), { steps: [step('release', 3.2, 3.3)] });
  const start = run('hard start', 3.4, ended(3.8, 'done'), { steps: [step('open db11', 3.5, 3.6)] });
  const texts = ['Phase 1: a', 'Phase 2: b', 'Phase 3: c', 'Phase 3.5: d', 'Phase 4: e', 'Phase 5: f'];
  const phases = texts.map((text) => ({ at: at(3), text, goesOn: true }));
  const order = (group: Parameters<typeof timelineOf>[0], seen = phases): readonly string[] =>
    timelineOf(group, seen).map(({ text }) => text);
  assert.deepEqual(order([stop, start]), [
    'Phase 1: a',
    'Phase 2: b',
    'hook hard stopssh: done',
    'release',
    'Phase 3: c',
    'Phase 3.5: d',
    'hook hard start: done',
    'open db11',
    'Phase 4: e',
    'Phase 5: f',
  ]);
  // What is seconds away stays where the log has it: a clock was set.
  const early = phases.map((phase) => ({ ...phase, at: at(0) }));
  assert.deepEqual(order([stop, start], early).slice(0, 6), texts);
});
