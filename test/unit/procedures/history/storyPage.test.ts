import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf } from '../../../../src/procedures/history/groupRuns.ts';
import { storyPage } from '../../../../src/procedures/history/storyPage.ts';
import { timelineOf } from '../../../../src/procedures/history/timeline.ts';
import { ended, run, step } from './runs.ts';

const hook = run('hard start', 5.2, ended(6, 'proceed', { leftToDo: ['end mysqld on <db10>'] }), {
  steps: [step('open db11', 5.3, 5.5)],
});

test('says what the text says, and shows it', () => {
  const page = storyPage({ ...entryOf([hook], 7), timeline: timelineOf([hook], []), withoutLog: 'gone' });
  for (const text of [
    '<title>failover, db10 -&gt; db11, 2026-01-31T03:00:05.200Z</title>',
    'LEFT TO DO: end mysqld on &lt;db10&gt;',
    'without MHA&#39;s own phases: gone',
    '0.8 s of it in hooks; by masterha_master_switch (alice)',
    'open db11',
  ])
    assert.ok(page.includes(text), text);
});

test('fetches nothing', () => {
  const page = storyPage({ ...entryOf([hook], 7), timeline: timelineOf([hook], []), withoutLog: null });
  assert.doesNotMatch(page, /<(script|link|img|iframe)|url\(|@import|href=/);
});
