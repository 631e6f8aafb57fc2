import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runsAtGlance } from '../../../../src/procedures/glance/runsAtGlance.ts';
import type { RunRecord } from '../../../../src/steps/journal.ts';
import { noRuns } from './glances.ts';

const at = '2026-01-31T02:00:00.000Z';
const moment = { at };
const step = { id: 'set-read-only:db10', title: 'close db10', before: {}, state: 'done', at, endedAt: at } as const;
const killed: RunRecord = {
  run: 'r',
  pid: 7,
  procedure: 'online stop',
  origHost: 'db10',
  newHost: 'db11',
  startedAt: at,

  steps: [step],
  end: null,
};
const ended = (outcome: 'done' | 'proceed' | 'failed', leftToDo?: readonly string[]): RunRecord => ({
  ...killed,
  procedure: 'online start',
  end: { ...moment, outcome, message: 'm', ...(leftToDo === undefined ? {} : { leftToDo }) },
});

test('no run, and a record that cannot be read', () => {
  assert.deepEqual(runsAtGlance([], null), noRuns);
  assert.deepEqual(runsAtGlance({ unknown: 'why' }, null), { ...noRuns, unknown: 'why' });
});

test('a run that was killed: what undo would undo', () => {
  const { last, toUndo, leftToDo } = runsAtGlance([killed], null);
  assert.deepEqual([last?.outcome, toUndo, leftToDo], ['killed', ['close db10'], []]);
});

test('while a run is at work its open end is nothing to undo', () => {
  assert.deepEqual(runsAtGlance([killed], 'online stop').toUndo, []);
});

test('what is left to do, with the run that has left it', () => {
  const who = `"online start" of db10 (${at})`;
  assert.deepEqual(runsAtGlance([ended('proceed', ['a', 'b'])], null).leftToDo, [`${who}: a`, `${who}: b`]);
  assert.deepEqual(runsAtGlance([ended('done')], null).leftToDo, []);
  assert.equal(runsAtGlance([killed, ended('done')], null).last?.outcome, 'done');
});
