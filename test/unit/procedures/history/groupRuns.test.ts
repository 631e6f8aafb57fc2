import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf, groupRuns } from '../../../../src/procedures/history/groupRuns.ts';
import type { HistoryEntry } from '../../../../src/procedures/history/HistoryEntry.ts';
import type { RunRecord } from '../../../../src/steps/journal.ts';
import { ended, run, step, time, witness } from './runs.ts';

function entries(...runs: readonly RunRecord[]): readonly HistoryEntry[] {
  return groupRuns(runs).map((group, index) => entryOf(group, index + 1));
}

const outcomes = (...runs: readonly RunRecord[]): readonly string[] =>
  entries(...runs).map(({ kind, outcome }) => `${kind}: ${outcome}`);

test('a planned switch is one, with how long the hooks took and by whom', () => {
  assert.deepEqual(entries(run('online stop', 0, ended(1)), run('online start', 3, ended(3.5))), [
    {
      number: 1,
      at: time(0),
      kind: 'planned switch',
      from: 'db10',
      to: 'db11',
      outcome: 'done',
      seconds: 3.5,
      hookSeconds: 1.5,
      by: 'masterha_master_switch (alice)',
      message: '',
      leftToDo: [],
      outage: null,
      drill: null,
    },
  ]);
});

test('what a witness saw, whichever run it was noted with, and that it was a drill', () => {
  const noted = { witness, drill: { way: 'there', began: time(0) } } as const;
  const [one] = entries(run('online stop', 0, ended(1)), run('online start', 3, ended(3.5), noted));
  assert.deepEqual([one?.outage?.seconds, one?.outage?.atLeast, one?.outage?.met], [0.312, false, 'new master']);
  assert.match(one?.outage?.text ?? '', /^0\.312 s through the writer address/);
  assert.equal(one?.drill, 'there');
});

test('a failover: the hooks that MHA calls for the dead master, then the one for the new', () => {
  const hard = [
    run('hard stopssh', 0, ended(1), { newHost: null }),
    run('hard start', 9, ended(10, 'proceed', { leftToDo: ['end mysqld on db10'] })),
  ];
  const [one, ...more] = entries(...hard);
  assert.deepEqual(
    [one?.kind, one?.outcome, one?.to, one?.leftToDo, more],
    ['failover', 'left to do', 'db11', ['end mysqld on db10'], []],
  );
});

test('what broke off', () => {
  const undone = { steps: [step('close db10', 0, 1, 'undone')] };
  const closed = { steps: [step('close db10', 0, 1)] };
  assert.deepEqual(outcomes(run('online stop', 0, ended(1), undone)), ['planned switch: given back']);
  assert.deepEqual(outcomes(run('online stop', 0, ended(1), closed)), ['planned switch: not finished']);
  assert.deepEqual(outcomes(run('online stop', 0, null, closed)), ['planned switch: not finished']);
  assert.deepEqual(outcomes(run('hard stop', 0, ended(1), closed)), ['failover: not finished']);
  const [failed] = entries(run('online stop', 0, ended(1, 'failed', { message: 'why' })));
  assert.deepEqual([failed?.outcome, failed?.message], ['failed', 'why']);
});

test('a hook that was killed and called again is the same switch', () => {
  const runs = [run('online stop', 0, null), run('online stop', 9, ended(10)), run('online start', 11, ended(12))];
  assert.deepEqual(outcomes(...runs), ['planned switch: done']);
});

test('each attempt, and each switch of the same two hosts, is one of its own', () => {
  const failed = run('online stop', 0, ended(1, 'failed'));
  const second = [run('online stop', 60, ended(61)), run('online start', 62, ended(63))];
  const later = [run('online stop', 90, ended(91)), run('online start', 92, ended(93))];
  assert.deepEqual(outcomes(failed, ...second, ...later), [
    'planned switch: failed',
    'planned switch: done',
    'planned switch: done',
  ]);
  const there = { origHost: 'db11', newHost: 'db10' };
  assert.equal(entries(...second, run('online stop', 95, ended(96), there)).length, 2);
  assert.equal(entries(run('hard stop', 0, ended(1)), run('hard start', 9000, ended(9001))).length, 2);
});

test('moves of the address by hand are no switch', () => {
  assert.deepEqual(entries(run('vip assign', 0, ended(1))), []);
});

test('records of an older version do not say by whom', () => {
  const { caller: _, by: __, ...old } = run('online stop', 0, ended(1));
  assert.equal(entries(old)[0]?.by, null);
  assert.equal(
    entries({ ...old, caller: { pid: 2, startTicks: '3', program: 'masterha_manager' } })[0]?.by,
    'masterha_manager',
  );
});
