import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runsToTell, takeRuns } from '../../../../src/procedures/managers/sharedRuns.ts';
import { unfinishedRun } from '../../../../src/procedures/run/undoUnfinished.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const path = '/var/lib/mha-helper/c.journal';
const at = '2026-01-31T02:00:00.000Z';
const line = (run: string, more: object): string => JSON.stringify({ run, at, ...more });
const run = (id: string, procedure: string): readonly string[] => [
  line(id, { kind: 'run', pid: 5, procedure, origHost: 'db10', newHost: 'db11', boot: null, up: null }),
  line(id, { kind: 'step', id: 'set-read-only:db10', title: 'set read_only=1', before: { readOnly: false } }),
  line(id, { kind: 'done', id: 'set-read-only:db10' }),
];
const end = (id: string, outcome: string): string =>
  line(id, { kind: 'end', outcome, message: '', boot: null, up: null });
const other = [...run('0', 'vip assign').slice(0, 1), end('0', 'done')];
const stop = [...run('1', 'online stop'), end('1', 'done')];
const undone = line('1', { kind: 'undone', id: 'set-read-only:db10' });
const start = run('2', 'online start');

function host(text: string) {
  const tools = fakeTools('');
  if (text !== '') tools.files.texts.set(path, text);
  return tools;
}

test('told are the lines of what undo would take back, and no others', async () => {
  const told = (lines: readonly string[]) => runsToTell('c', host(lines.join('\n')));
  assert.deepEqual(await told([]), []);
  assert.deepEqual(await told([...other, ...stop]), stop);
  assert.deepEqual(await told([...other, ...stop, ...start]), [...stop, ...start]);
  assert.deepEqual(await told([...stop, ...start, end('2', 'done')]), []);
  assert.deepEqual(await told([...stop.slice(0, 2), '{"kind":"ste']), stop.slice(0, 2), 'a torn line costs that line');
  assert.deepEqual(await told([...other, ...stop, undone]), [...stop, undone], 'another host may not know');
  const long = line('1', { kind: 'done', id: 'set-read-only:db10', detail: 'x'.repeat(70_000) });
  assert.deepEqual(await told([...stop.slice(0, 2), long]), [], 'etcd is not filled');
});

test('a journal that cannot be read tells nothing', async () => {
  const tools = host('');
  Object.assign(tools.files, { read: () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })) });
  assert.deepEqual(await runsToTell('c', tools), []);
  assert.match((await takeRuns('c', stop, tools))[0] ?? '', /^what the last .* cannot be recorded here: no$/);
});

test('the next leader records them once, and undo finds them there', async () => {
  const tools = host(`${other.join('\n')}\n{"kind":"to`);
  assert.deepEqual(await takeRuns('c', stop, tools), [
    `the last leader has left half done, and mha-helper undo works here too: "online stop" of db10, begun ${at}`,
  ]);
  assert.equal((await unfinishedRun('c', tools))?.run, '1');
  assert.deepEqual(await takeRuns('c', stop, tools), []);
  assert.deepEqual((await takeRuns('c', [...stop, ...start], tools)).length, 1);
  assert.equal((await unfinishedRun('c', tools))?.run, '2');
  assert.deepEqual(await runsToTell('c', tools), [...stop, ...start], 'and tells them on');
});

test('what somebody else has undone is undone in the record of the old leader too', async () => {
  const tools = host(stop.join('\n'));
  assert.deepEqual(await takeRuns('c', [...stop, undone], tools), [
    'what the last leader has undone is recorded here too',
  ]);
  assert.equal(await unfinishedRun('c', tools), null);
});

test('what has left the journal since does not come back', async () => {
  const tools = host('');
  tools.files.texts.set(`${path}.archive`, [...stop, undone].join('\n'));
  assert.deepEqual(await takeRuns('c', stop, tools), []);
  assert.equal(await unfinishedRun('c', tools), null);
});

test('what is no line of a journal is not recorded; a run at work is not disturbed', async () => {
  const tools = host('');
  assert.deepEqual(await takeRuns('c', ['', '{}', 'null', '{"kind":"run"}'], tools), []);
  assert.equal(tools.files.texts.get(path), undefined);
  const locks = { take: () => Promise.resolve({ kind: 'held', owner: '"undo" of db10, pid 7' } as const) };
  const [said = ''] = await takeRuns('c', stop, { ...tools, locks });
  assert.match(said, /cannot be recorded here: "undo" of db10, pid 7 is at work$/);
  assert.equal(tools.files.texts.get(path), undefined);
});
