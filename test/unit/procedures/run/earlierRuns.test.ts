import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  brokenStop,
  failedOverAlready,
  handoverTo,
  inheritedFrom,
  runToUndo,
  wasKilled,
} from '../../../../src/procedures/run/earlierRuns.ts';
import type { RunEnd, RunRecord, StepRecord } from '../../../../src/steps/journal.ts';
import { FakeClock } from '../../../doubles/clock.ts';

const clock = new FakeClock();
const tools = { clock, places: { configDirectory: '', stateDirectory: '', hostname: '', pid: 1, bootId: null } };
const minutesAgo = (minutes: number): string => new Date(clock.now().getTime() - minutes * 60_000).toISOString();
const end = (outcome: RunEnd['outcome'], minutes = 1): RunEnd => ({ outcome, message: '', at: minutesAgo(minutes) });
const step = (id: string, state: StepRecord['state'] = 'done'): StepRecord => ({
  id,
  title: id,
  before: { was: id },
  state,
  at: minutesAgo(1),
  endedAt: null,
});
const run = (
  procedure: string,
  ended: RunEnd | null,
  steps: readonly StepRecord[] = [],
  more: Partial<RunRecord> = {},
): RunRecord => ({
  run: procedure,
  procedure,
  origHost: 'db10',
  newHost: 'db11',
  pid: 70,
  startedAt: minutesAgo(2),
  steps,
  end: ended,
  ...more,
});
const request = (procedure: string) => ({ procedure, orig: { host: 'db10' }, next: { host: 'db11' } });
const readOnly = step('set-read-only:db10');

test('killed: a run without an end that had changed something', () => {
  assert.ok(wasKilled(run('online stop', null, [readOnly])));
  assert.ok(!wasKilled(run('online stop', null, [step('set-read-only:db10', 'undone')])));
  assert.ok(!wasKilled(run('online stop', end('failed'), [readOnly])));
  assert.ok(!wasKilled(run('online stop', null)));
});

test('the same call after a kill goes on where it was; another call, or much later, only tells of it', () => {
  const killed = run('online stop', null, [readOnly, step('release-address:db10', 'undone')]);
  const same = inheritedFrom([killed], request('online stop'), tools);
  assert.deepEqual(
    [...same.inherited],
    [['set-read-only:db10', { before: { was: 'set-read-only:db10' }, run: 'online stop' }]],
  );
  assert.match(same.message ?? '', /set-read-only:db10/);
  for (const [runs, call] of [
    [[killed], request('online start')],
    [[killed], { ...request('online stop'), next: { host: 'db12' } }],
    [[killed], { ...request('online stop'), next: null }],
    [[{ ...killed, startedAt: minutesAgo(61) }], request('online stop')],
  ] as const) {
    const other = inheritedFrom(runs, call, tools);
    assert.equal(other.inherited.size, 0);
    assert.match(other.message ?? '', /mha-helper status/);
  }
  const later = inheritedFrom([killed, run('online stop', end('done'))], request('online stop'), tools);
  assert.deepEqual([later.inherited.size, later.message], [0, null]);
});

test('a start continues the stop right before it, of the same two servers, that ended well and not long ago', () => {
  const stop = run('online stop', end('done'), [readOnly]);
  assert.equal(handoverTo([stop], request('online start'), tools), stop);
  for (const runs of [
    [],
    [stop, run('online start', end('done'))],
    [run('online stop', null, [readOnly])],
    [run('online stop', end('failed'))],
    [run('online stop', end('done'), [step('set-read-only:db10', 'undone')])],
    [run('online stop', end('done', 61))],
    [run('online stop', end('done'), [], { newHost: 'db12' })],
    [run('online stop', end('done'), [], { origHost: 'db12' })],
  ])
    assert.equal(handoverTo(runs, request('online start'), tools), null);
});

test('a stop that no start continues: killed, or failed', () => {
  const move = run('vip assign', end('done'), [], { origHost: 'db12', newHost: null });
  for (const stop of [run('online stop', null, [readOnly]), run('online stop', end('failed'))])
    assert.equal(brokenStop([stop, move], request('online start')), stop);
  for (const runs of [
    [],
    [run('online stop', end('done'))],
    [run('online stop', null), run('online start', end('done'))],
    [run('online stop', null, [], { newHost: 'db12' })],
  ])
    assert.equal(brokenStop(runs, request('online start')), null);
});

test("what is undone: never a dead master's address, and nothing before a run that ended well", () => {
  const address = step('take-address:db10');
  const stop = run('online stop', end('done'), [readOnly, step('terminate-sessions:db10')]);
  assert.deepEqual(runToUndo([stop])?.steps, [readOnly], 'a stop whose start never came');
  assert.equal(runToUndo([stop, run('online start', end('done'))]), null);
  assert.equal(runToUndo([run('hard stop', null, [address, readOnly])]), null);
  assert.equal(runToUndo([run('hard start', end('proceed'), [readOnly])]), null);
  assert.equal(runToUndo([run('hard start', null, [readOnly])])?.procedure, 'hard start');
  assert.deepEqual(runToUndo([stop, run('online start', end('failed'))])?.steps, [readOnly], 'a start that failed');
  assert.equal(runToUndo([]), null);
});

test('a failover is known as long as no other run has opened a master', () => {
  const opened = [step('clear-read-only:db11')];
  const failover = run('hard start', end('done'), opened);
  assert.equal(failedOverAlready([failover], 'db10'), failover);
  assert.equal(failedOverAlready([failover, run('hard stopssh', end('failed'))], 'db10'), failover);
  assert.equal(failedOverAlready([run('hard start', null, opened)], 'db10')?.procedure, 'hard start', 'killed');
  assert.equal(failedOverAlready([failover], 'db11'), null, 'the new master may die too');
  assert.equal(
    failedOverAlready([run('hard start', end('failed'), [step('clear-read-only:db11', 'undone')])], 'db10'),
    null,
  );
  assert.equal(
    failedOverAlready([failover, run('online start', end('done'), [step('clear-read-only:db10')])], 'db10'),
    null,
  );
});

test("an operator's move of the address is no end of a switch, unless another host got it", () => {
  const stop = run('online stop', end('done'), [readOnly]);
  const move = (procedure: string, origHost: string): RunRecord => run(procedure, end('done'), [], { origHost });
  const back = move('vip assign', 'db10');
  assert.equal(handoverTo([stop, back], request('online start'), tools), stop);
  assert.deepEqual(runToUndo([stop, back])?.steps, [readOnly]);
  assert.deepEqual(runToUndo([stop, move('vip release', 'db10')])?.steps, [readOnly]);
  assert.equal(runToUndo([stop, move('vip assign', 'db11')]), null, 'finished by hand at the new master');
  assert.deepEqual(runToUndo([stop, move('vip assign', 'db11'), back])?.steps, [readOnly], 'the last one counts');

  const killed = run('vip assign', null, [step('assign-address:db12')], { origHost: 'db12' });
  assert.deepEqual(runToUndo([killed])?.steps, killed.steps);
  assert.equal(runToUndo([killed, back]), null, 'a later move');
});
