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
