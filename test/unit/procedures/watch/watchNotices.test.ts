import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referencePages } from '../../../../build/reference/pages.ts';
import { findingOver, kinds, type Finding } from '../../../../src/procedures/watch/findings.ts';
import { beganNotice, byGravity, endedNotice } from '../../../../src/procedures/watch/watchNotices.ts';

const lag: Finding = { key: 'lag:db12', kind: 'lag', text: 'db12 is 400 s behind', since: 10_000 };
const writers: Finding = { key: 'writers', kind: 'writers', text: 'two take writes', since: 10_000 };

test('one mail for what began together, the gravest first, with what to do', () => {
  const { subject, text } = beganNotice([lag, writers]);
  assert.equal(subject, 'MORE THAN ONE WRITABLE SERVER, REPLICA BEHIND');
  assert.match(text, /^two take writes\.\ndb12 is 400 s behind\.\n\nThe mail names them\. /);
});

test('over: what it was and for how long; what is still so is not kept quiet', () => {
  assert.deepEqual(endedNotice([writers], [lag], 17_400), {
    subject: 'over: MORE THAN ONE WRITABLE SERVER',
    text: 'It was, for 7 s: two take writes.\nStill so: db12 is 400 s behind.',
  });
});

test('the gravest first', () => {
  assert.deepEqual(byGravity([lag, writers]), [writers, lag]);
});

test('each subject has its section in docs/reference/events.md', () => {
  const page = referencePages().get('events.md') ?? '';
  for (const { subject } of [...Object.values(kinds), findingOver])
    assert.ok(page.includes(`\n### ${subject}\n`), subject);
});
