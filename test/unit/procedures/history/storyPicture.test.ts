import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimelineEntry } from '../../../../src/procedures/history/HistoryEntry.ts';
import { storyPicture, ticks } from '../../../../src/procedures/history/storyPicture.ts';
import { time } from './runs.ts';

const entry = (at: number, seconds: number | null, text: string, source: TimelineEntry['source'] = 'mha') => ({
  at: time(at),
  source,
  text,
  seconds,
});

function bars(svg: string): readonly (readonly [number, number])[] {
  return [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map(([, x, width]) => [
    Number(x),
    Number(width),
  ]);
}

test('a bar lies where it is in time, and is as long as that took', () => {
  const [first, second, third] = bars(
    storyPicture([entry(0, 4, 'pings'), entry(4, 4, 'phase'), entry(6, 1, 'hook', 'hook')]),
  );
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  assert.equal(second[0], first[0] + first[1]);
  assert.equal(first[1], second[1]);
  assert.equal(third[1] * 4, first[1]);
  assert.ok(second[0] + second[1] <= 1_000);
});

test('what took no time is seen nevertheless, also where nothing took any', () => {
  assert.deepEqual(
    bars(storyPicture([entry(0, null, 'a'), entry(0, 0, 'b')])).map(([, width]) => width),
    [3, 3],
  );
});

test('nothing is mark-up that came from a log, and what is cut off stands in the title', () => {
  const svg = storyPicture([entry(0, 1, `<script>alert(1)</script>${'x'.repeat(100)}`)]);
  assert.doesNotMatch(svg, /<script/);
  assert.match(svg, /<title>&lt;script&gt;alert\(1\)&lt;\/script&gt;x{100}, \+0 s, 1 s<\/title>/);
  assert.match(svg, /x…<\/text>/);
});

test('what went wrong is red, in words too', () => {
  assert.match(storyPicture([entry(0, 1, 'hook online stop: FAILED: why', 'hook')]), /fill="#b42318"/);
  assert.doesNotMatch(storyPicture([entry(0, 1, 'hook online stop: done', 'hook')]), /#b42318/);
});

test('the axis has round numbers, and not too many', () => {
  assert.deepEqual(ticks(10), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(0.35), [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
  for (const total of [0.1, 1, 7.7, 33, 61, 999, 86_400]) assert.ok(ticks(total).length <= 9, String(total));
});
