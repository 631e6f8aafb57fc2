import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answered } from '../../../../src/procedures/watch/judge.ts';
import { weigh, type Weighed } from '../../../../src/procedures/watch/weigh.ts';

type Look = 'no' | 'unknown' | 'found';

function answered(look: Look, forMs: number, text = 'it is so'): Answered {
  const answers = { no: 'no' as const, unknown: { unknown: 'why' }, found: { found: text, forMs } };
  return { key: 'writers', kind: 'writers', answer: answers[look] };
}

/** What is told at each look, 3 s apart. */
function told(looks: readonly Look[], forMs = 0): readonly string[] {
  let before: Weighed = { findings: [], hints: new Map() };
  return looks.map((look, index) => {
    const { after, began, ended } = weigh(before, [answered(look, forMs)], index * 3_000);
    before = after;
    return [...began.map(() => 'began'), ...ended.map(() => 'ended')].join(' ');
  });
}

test('two looks in a row, and it is told once', () => {
  assert.deepEqual(told(['found', 'found', 'found']), ['', 'began', '']);
  assert.deepEqual(told(['found', 'no', 'found', 'no']), ['', '', '', '']);
  assert.deepEqual(told(['found', 'found', 'no', 'no']), ['', 'began', '', 'ended']);
  assert.deepEqual(told(['found', 'found', 'no', 'found', 'no', 'no', 'no']), ['', 'began', '', '', '', 'ended', '']);
});

test('what is not known neither begins nor ends anything', () => {
  assert.deepEqual(told(['unknown', 'unknown', 'unknown']), ['', '', '']);
  assert.deepEqual(told(['found', 'unknown', 'found']), ['', '', 'began']);
  assert.deepEqual(told(['found', 'found', 'unknown', 'unknown', 'no', 'no']), ['', 'began', '', '', '', 'ended']);
});

test('some must be so for a while', () => {
  assert.deepEqual(told(['found', 'found', 'found', 'found'], 9_000), ['', '', '', 'began']);
  assert.deepEqual(told(['found', 'found', 'no', 'found', 'found'], 6_000), ['', '', '', '', '']);
});

test('the text is that of the last look, and the time that of the first', () => {
  const first = weigh({ findings: [], hints: new Map() }, [answered('found', 0, '1 s')], 1_000).after;
  const second = weigh(first, [answered('found', 0, '2 s')], 2_000).after;
  const { after, began } = weigh(second, [answered('found', 0, '3 s')], 3_000);
  assert.deepEqual(began, []);
  assert.deepEqual(after.findings, [{ key: 'writers', kind: 'writers', text: '3 s', since: 1_000 }]);
});

test('a server that nobody asks about any more: over', () => {
  const known = { key: 'lag:db12', kind: 'lag', text: 'late', since: 0 } as const;
  const { after, ended } = weigh({ findings: [known], hints: new Map() }, [answered('no', 0)], 1);
  assert.deepEqual([after.findings, ended], [[], [known]]);
});
