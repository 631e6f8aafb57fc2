import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedOverAlready, handoverTo, inheritedFrom, runToUndo } from '../../../../src/procedures/run/earlierRuns.ts';
import { finishedRuns, type JournalLimits } from '../../../../src/procedures/run/finishedRuns.ts';
import { leftLines, leftToDo } from '../../../../src/procedures/run/leftToDo.ts';
import type { RunEnd, RunRecord, StepRecord } from '../../../../src/steps/journal.ts';
import { Dice } from '../../../simulator/dice.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const tools = fakeTools('');
const dayMs = 86_400_000;
const daysAgo = (days: number): string => new Date(tools.clock.now().getTime() - days * dayMs).toISOString();

const step = (id: string, state: StepRecord['state'] = 'done'): StepRecord => ({
  id,
  title: id,
  before: {},
  state,
  at: '',
  endedAt: null,
});
const run = (procedure: string, days: number, more: Partial<RunRecord> = {}): RunRecord => ({
  run: `${procedure} ${days}`,
  procedure,
  origHost: 'db10',
  newHost: 'db11',
  pid: 7,
  startedAt: daysAgo(days),
  steps: [],
  end: { outcome: 'done', message: '', at: daysAgo(days) },
  ...more,
});
/** A planned switch, so many days ago. */
const switched = (days: number, more: Partial<RunRecord> = {}): readonly RunRecord[] => [
  run('online stop', days, { steps: [step('set-read-only:db10')] }),
  run('online start', days, { steps: [step('clear-read-only:db11')], ...more }),
];
const limits = { journal_days: 90, journal_size: 256 };

/** Days of those that leave. */
function leaving(runs: readonly RunRecord[], given: JournalLimits, kB = 1): readonly string[] {
  const sizes = new Map(runs.map(({ run: id }) => [id, kB * 1000]));
  return finishedRuns(runs, sizes, given, tools).map(({ run: id }) => id.replace('online ', ''));
}

test('what is too old leaves, by whole switches, but not the last ten', () => {
  const runs = [200, 100, 91, 80].flatMap((days) => switched(days));
  assert.deepEqual(leaving(runs, limits), []);
  const ten = { ...limits, staying: 1 };
  assert.deepEqual(leaving(runs, ten), ['stop 200', 'start 200', 'stop 100', 'start 100', 'stop 91', 'start 91']);
  const many = [...Array(12).keys()].flatMap((index) => switched(200 - index));
  assert.deepEqual(leaving(many, limits), ['stop 200', 'start 200', 'stop 199', 'start 199']);
});

test('of a large journal so much that half of the limit is left', () => {
  const runs = [...Array(20).keys()].flatMap((index) => switched(20 - index));
  assert.deepEqual(leaving(runs, limits, 6), []);
  // 40 runs of 7 kB: 18 of them are within 128 kB, which is less than ten switches.
  assert.equal(leaving(runs, limits, 7).length, 20);
  assert.equal(leaving(runs, { ...limits, staying: 1 }, 7).length, 22);
  assert.equal(leaving(runs, { ...limits, staying: 1 }, 0).length, 0);
});

test('never what somebody goes by', () => {
  const all = { journal_days: 1, journal_size: 16, staying: 1 };
  const later = switched(50, { steps: [] });
  const end = (outcome: RunEnd['outcome'], leftOver: readonly string[] = []): RunEnd => ({
    outcome,
    message: '',
    at: daysAgo(60),
    leftToDo: leftOver,
  });
  const [stop] = switched(60);
  assert.deepEqual(leaving([...switched(70), ...later], all), [], 'who was opened last');
  const failed = run('online start', 60, { end: end('failed'), steps: [step('clear-read-only:db11', 'undone')] });
  const again = run('online stop', 50, { end: end('failed') });
  assert.deepEqual(leaving([...switched(70), ...(stop === undefined ? [] : [stop]), failed, again], all), [], 'undo');
  const left = run('hard start', 60, { end: end('proceed', ['db10 does not answer']) });
  const opened = run('hard stop', 50, { steps: [step('clear-read-only:db11')], end: end('failed') });
  assert.deepEqual(leaving([run('online stop', 70, { end: end('failed') }), left, opened], all), ['stop 70'], 'left');
});

test('a run without an end may be at work: for a day', () => {
  const all = { journal_days: 1, journal_size: 16, staying: 1 };
  const open = { end: null, steps: [step('terminate-sessions:db10')] };
  const runs = (hours: number): readonly RunRecord[] => [
    run('hard stopssh', hours / 24, open),
    ...switched(0).map((one) => ({ ...one, origHost: 'db11', newHost: 'db10' })),
  ];
  const tiny = { journal_days: 9999, journal_size: 1, staying: 1 };
  assert.equal(leaving(runs(23), tiny, 5).length, 0);
  assert.equal(leaving(runs(25), tiny, 5).length, 1);
  assert.equal(leaving([], all).length, 0);
});

test('whatever is in a journal: all that is read from it is the same without those that leave', () => {
  const dice = new Dice(4711);
  const pick = <T>(of: readonly T[]): T => dice.pick(of);
  const below = (count: number): number => dice.below(count);
  const procedures = ['online stop', 'online start', 'hard stopssh', 'hard stop', 'hard start', 'vip assign', 'undo'];
  const hosts = ['db10', 'db11', 'db12'];
  let moved = 0;
  for (let story = 0; story < 3_000; story += 1) {
    const count = 1 + below(12);
    const runs = [...Array(count).keys()].map((index): RunRecord => {
      const outcome = pick(['done', 'done', 'done', 'proceed', 'failed', null] as const);
      const ids = ['set-read-only', 'clear-read-only', 'release-address', 'stop-events'].filter(() => below(2) === 0);
      const at = daysAgo((count - index) * pick([0.01, 1, 30]));
      return run(pick(procedures), index, {
        run: String(index),
        startedAt: at,
        origHost: pick(hosts),
        newHost: pick([...hosts, null]),
        steps: ids.map((id) => step(`${id}:${pick(hosts)}`, pick(['done', 'done', 'begun', 'undone'] as const))),
        end: outcome === null ? null : { outcome, message: '', at, leftToDo: outcome === 'proceed' ? ['x'] : [] },
      });
    });
    const sizes = new Map(runs.map(({ run: id }) => [id, 1_000]));
    const given = { journal_days: pick([1, 90]), journal_size: pick([1, 4]), staying: 1 };
    const gone = finishedRuns(runs, sizes, given, tools);
    moved += gone.length;
    const read = (of: readonly RunRecord[]): unknown => [
      undoneInTurn(of),
      hosts.map((host) => failedOverAlready(of, host)?.run),
      leftLines(leftToDo(of, [])),
      leftLines(leftToDo(of, [{ host: 'db10', given: '', at: daysAgo(0), by: '' }])),
      hosts.flatMap((orig) =>
        hosts.map((next) => {
          const request = { procedure: 'online stop', orig: { host: orig }, next: { host: next } };
          return [handoverTo(of, request, tools)?.run, inheritedFrom(of, request, tools).message];
        }),
      ),
    ];
    assert.deepEqual(read(runs.slice(gone.length)), read(runs), JSON.stringify(runs));
  }
  assert.ok(moved > 1_000, String(moved));
});

/** What undo finds, and finds again when that is undone. */
function undoneInTurn(runs: readonly RunRecord[]): readonly string[] {
  const half = runToUndo(runs);
  return half === null ? [] : [half.run, ...undoneInTurn(runs.filter(({ run: id }) => id !== half.run))];
}
