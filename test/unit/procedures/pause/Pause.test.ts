import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isOver,
  parsePause,
  pauseText,
  readDuration,
  slotOf,
  untilOf,
  type Around,
  type Pause,
} from '../../../../src/procedures/pause/Pause.ts';

const at = '2026-01-31T02:00:00.000Z';
const pause: Pause = {
  id: 'p',
  kind: 'pause',
  at,
  boot: 'boot',
  up: 1_000,
  by: 'anna',
  reason: 'rack 4',
  forMs: 60_000,
  process: null,
  dead: null,
};
const mine = { pid: 7, startTicks: '70' };

function around(more: { now?: number; up?: number; boot?: string; alive?: boolean; switchRuns?: boolean }): Around {
  return {
    clock: { now: () => new Date(Date.parse(at) + (more.now ?? 0)), sinceBoot: () => more.up ?? 1_000 },
    places: { bootId: more.boot ?? 'boot' },
    isAlive: () => more.alive ?? false,
    switchRuns: () => more.switchRuns ?? false,
  };
}

for (const [what, one, seen, over] of [
  ['its time runs', pause, { up: 60_999 }, false],
  ['its time is over', pause, { up: 61_000 }, true],
  ['the wall clock was set forward: its time runs', pause, { up: 2_000, now: 9_000_000 }, false],
  ['the host was started again: by the wall clock', pause, { boot: 'next', now: 59_999 }, false],
  ['the host was started again, and the time is over', pause, { boot: 'next', now: 60_000 }, true],
  ['the host was started again with a clock of before', pause, { boot: 'next', now: -1 }, true],
  ['the switch is at work', { ...pause, kind: 'switch', forMs: null, process: mine }, { alive: true }, false],
  [
    'it was killed, and MHA goes on',
    { ...pause, kind: 'switch', forMs: null, process: mine },
    { switchRuns: true },
    false,
  ],
  ['it was killed, and MHA has ended', { ...pause, kind: 'switch', forMs: null, process: mine }, {}, true],
  [
    'another process has its number since the host was started again',
    { ...pause, kind: 'switch', forMs: null, process: mine },
    { alive: true, boot: 'next' },
    true,
  ],
  [
    'stopped alone, while its monitor lives',
    { ...pause, kind: 'stop', forMs: null, process: mine },
    { alive: true },
    false,
  ],
  [
    'stopped alone, and another monitor',
    { ...pause, kind: 'stop', forMs: null, process: mine },
    { switchRuns: true },
    true,
  ],
] as const satisfies readonly (readonly [string, Pause, object, boolean])[]) {
  test(what, () => {
    assert.equal(isOver(one, around(seen)), over);
  });
}

test('a pause has an end, or it is none', () => {
  assert.deepEqual(parsePause(JSON.stringify(pause)), pause);
  for (const text of [
    '',
    'null',
    '{}',
    JSON.stringify({ ...pause, forMs: null }),
    JSON.stringify({ ...pause, at: 'x' }),
  ])
    assert.equal(parsePause(text), null, text);
});

test('in words', () => {
  assert.equal(untilOf(pause), '2026-01-31T02:01:00.000Z');
  assert.equal(pauseText(pause), 'paused until 2026-01-31T02:01:00.000Z by anna: rack 4');
  const other = { ...pause, by: null, reason: null, forMs: null, process: mine };
  assert.equal(pauseText({ ...other, kind: 'switch' }), `a switch is at work since ${at} (process 7)`);
  assert.equal(pauseText({ ...other, kind: 'stop' }), `stopped at ${at}, alone of this monitor's clusters`);
  assert.deepEqual([slotOf({ kind: 'switch' }), slotOf({ kind: 'stop' })], ['switch', 'person']);
});

test('times as a person writes them', () => {
  assert.deepEqual(
    ['90m', '2h', '1d', '30s', '14d'].map(readDuration),
    [5_400_000, 7_200_000, 86_400_000, 30_000, 1_209_600_000],
  );
  for (const text of ['', '2', '0h', '15d', 'h', '-1h', '1.5h']) assert.equal(readDuration(text), undefined, text);
});
