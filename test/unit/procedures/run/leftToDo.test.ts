import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftLines, leftToDo } from '../../../../src/procedures/run/leftToDo.ts';
import type { RunRecord } from '../../../../src/steps/journal.ts';

const at = (minute: number): string => `2026-01-31T03:${String(minute).padStart(2, '0')}:00.000Z`;

function run(minute: number, procedure: string, left: readonly string[] | 'failed', more: Partial<RunRecord> = {}) {
  const ended = left.length > 0 ? 'proceed' : 'done';
  const outcome = left === 'failed' ? 'failed' : ended;
  const record: RunRecord = {
    run: `r${minute}`,
    procedure,
    origHost: 'db10',
    newHost: procedure === 'hard stop' ? null : 'db11',
    pid: 7,
    startedAt: at(minute),
    steps: [],
    end: { outcome, message: 'm', at: at(minute), ...(left === 'failed' ? {} : { leftToDo: left }) },
    ...more,
  };
  return record;
}

const said = (runs: readonly RunRecord[], ...lifted: Parameters<typeof leftToDo>[1]): readonly string[] =>
  leftToDo(runs, lifted).flatMap(({ lines }) => lines);

const stop = run(1, 'hard stop', ['keep db10 off the network']);
const start = run(2, 'hard start', []);

test('each run of a failover counts: what stop has left is not done because start has left nothing', () => {
  assert.deepEqual(said([stop, start]), ['keep db10 off the network']);
  assert.deepEqual(said([stop, run(2, 'hard start', ['set event_scheduler=ON'])]), [
    'keep db10 off the network',
    'set event_scheduler=ON',
  ]);
  assert.deepEqual(leftLines(leftToDo([stop, start], [])), [
    `"hard stop" of db10 (${at(1)}): keep db10 off the network`,
  ]);
});

test('it stays, whatever runs later, until a switch or failover has left nothing', () => {
  const later = [run(3, 'vip assign', []), run(4, 'online stop', 'failed'), run(5, 'online stop', [])];
  assert.deepEqual(said([stop, start, ...later]), ['keep db10 off the network']);
  assert.deepEqual(said([stop, start, ...later, run(6, 'online start', [])]), []);
  const again = run(7, 'vip assign', ['tell the network']);
  assert.deepEqual(said([stop, start, ...later, run(6, 'online start', []), again]), ['tell the network']);
});

test("a person's word", () => {
  const acknowledged = { at: at(9), by: 'anna' };
  assert.deepEqual(said([{ ...stop, acknowledged }, start]), []);
  assert.deepEqual(said([{ ...stop, acknowledged }, run(2, 'hard start', ['more'])]), ['more']);
});

test('the very command that a line names, where it has worked', () => {
  const left = run(2, 'hard start', ['the address is not on db11: run "mha-helper vip assign db11 -c APP.CNF" there']);
  const assign = (host: string, end: Parameters<typeof run>[2] = []) => run(3, 'vip assign', end, { origHost: host });
  assert.equal(said([left]).length, 1);
  assert.equal(said([left, assign('db12')]).length, 1);
  assert.equal(said([left, assign('db11', 'failed')]).length, 1);
  assert.deepEqual(said([left, assign('db11')]), []);
  assert.equal(said([assign('db11'), left]).length, 1, 'before it was said');
});

test('the old master is a replica again: what was said of it is done, and nothing else', () => {
  const lifted = { host: 'db10', given: at(1), at: at(8), by: 'mha-helper rejoin, anna' };
  const runs = [stop, run(2, 'hard start', ['set event_scheduler=ON on db11'])];
  assert.deepEqual(said(runs, lifted), ['set event_scheduler=ON on db11']);
  assert.equal(said(runs, { ...lifted, host: 'db1' }).length, 2);
  assert.equal(said(runs, { ...lifted, at: at(0) }).length, 2, 'an order of an earlier failover');
});

test('a record of an older version has it in the message; who failed or was killed has left nothing', () => {
  const old = run(1, 'hard start', ['x'], { end: { outcome: 'proceed', message: 'old', at: at(1) } });
  assert.deepEqual(said([old]), ['old']);
  assert.deepEqual(said([run(1, 'hard start', 'failed'), run(2, 'online stop', ['y'], { end: null })]), []);
});
