import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MhaProcess } from '../../../../src/context/Context.ts';
import { ClusterWatch, type About } from '../../../../src/procedures/watch/ClusterWatch.ts';
import { journalPath } from '../../../../src/steps/journalFiles.ts';
import { shell } from '../../../doubles/tools.ts';
import { app, cluster } from '../orders/orderCases.ts';

const about: About = { status: 'PING_OK', leftOut: [] };

/** db11 is the master, db10 and db12 are its replicas. */
function watched() {
  const { state, tools } = cluster();
  Object.assign(state.db10, { readOnly: true, source: '10.0.0.11' });
  const programs: MhaProcess[] = [];
  const found = { held: false };
  const connect = {
    ...tools.connect,
    local: shell(() => ({ code: 2 })),
    mhaProcesses: () => Promise.resolve(programs),
  };
  const locks: typeof tools.locks = {
    take: (path, owner) =>
      found.held ? Promise.resolve({ kind: 'held', owner: 'a switch' }) : tools.locks.take(path, owner),
  };
  const watch = new ClusterWatch({ ...tools, connect, locks });
  const subjects: string[] = [];
  const look = async (seconds: number, more: Partial<About> = {}): Promise<void> => {
    tools.clock.advance(seconds * 1_000);
    watch.tick(app, { ...about, ...more });
    await watch.settled();
    subjects.push(...watch.takeNotices().map(({ subject }) => subject));
  };
  const texts = (): readonly string[] => watch.findings.map(({ text }) => text);
  return { state, tools, watch, programs, found, look, subjects, texts };
}

test('a cluster that is well: figures, and nothing to tell', async () => {
  const { watch, look, subjects } = watched();
  const before = watch.facts;
  assert.equal(before, null);
  await look(1);
  assert.deepEqual([watch.facts?.writable, watch.facts?.holders, watch.facts?.notSeen], [1, null, 0]);
  assert.deepEqual([watch.findings, subjects], [[], []]);
});

test('it looks each 10 s, and after 3 s where it has found something', async () => {
  const { state, watch, look, subjects, texts } = watched();
  await look(1);
  const first = watch.facts?.at ?? 0;
  await look(9);
  assert.equal(watch.facts?.at, first, 'not due');
  state.db11.readOnly = true;
  await look(1);
  assert.deepEqual(texts(), []);
  await look(3);
  assert.deepEqual(subjects, ['NO WRITABLE SERVER']);
  assert.match(texts()[0] ?? '', /^no server takes writes: db11, .* is read-only: .*mysql -h db11 -P 3306 -e/);
  await look(10);
  assert.equal(subjects.length, 1, 'told once');
  state.db11.readOnly = false;
  await look(10);
  await look(3);
  assert.deepEqual([subjects, texts()], [['NO WRITABLE SERVER', 'over: NO WRITABLE SERVER'], []]);
});

test('nothing is judged while MHA or a hook is at work', async () => {
  const { state, tools, programs, found, look, subjects } = watched();
  state.db11.readOnly = true;
  for (const status of ['PING_FAILING', 'PING_FAILED', 'FAILOVER_RUNNING'] as const) {
    await look(20, { status });
    await look(20, { status });
  }
  found.held = true;
  await look(20);
  await look(20);
  found.held = false;
  programs.push({ pid: 7, startTicks: '1', program: 'masterha_master_switch', conf: '/etc/mha/a.cnf' });
  await look(20);
  await look(20);
  assert.deepEqual(subjects, []);
  programs.pop();
  await look(20);
  assert.deepEqual(subjects, [], 'what was seen meanwhile does not count');
  await look(20);
  assert.deepEqual(subjects, ['NO WRITABLE SERVER']);
  assert.match(tools.log.lines.at(-1) ?? '', /^! a: NO WRITABLE SERVER: no server takes writes/);
});

test('where a hook was ended half-way nobody is told to open a server', async () => {
  const { state, tools, look, texts } = watched();
  const at = '2026-01-31T02:59:00.000Z';
  const lines = [
    { kind: 'run', run: 'r', at, procedure: 'online stop', origHost: 'db11', newHost: 'db12', pid: 9 },
    { kind: 'step', run: 'r', at, id: 'set-read-only:db11', title: 'close db11', before: { readOnly: false } },
    { kind: 'done', run: 'r', at, id: 'set-read-only:db11' },
  ];
  const path = journalPath(tools.places, 'c');
  tools.files.texts.set(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  state.db11.readOnly = true;
  await look(1);
  await look(3);
  assert.match(texts()[0] ?? '', /^no server takes writes; .*mha-helper undo/);
});

test('one look without an answer is no alarm; a minute is', async () => {
  const { state, look, subjects, texts } = watched();
  await look(1);
  state.db12.up = false;
  for (let seconds = 0; seconds < 60; seconds += 10) {
    await look(10);
    assert.deepEqual(subjects, []);
  }
  await look(10);
  assert.deepEqual([subjects, texts()], [['CLUSTER NOT SEEN'], ['db12: db12: gone']]);
  // One that is out of the cluster is told of elsewhere.
  await look(10, { leftOut: ['db12'] });
  await look(3, { leftOut: ['db12'] });
  assert.deepEqual(subjects, ['CLUSTER NOT SEEN', 'over: CLUSTER NOT SEEN']);
});

test('a configuration that cannot be used ends nothing that was told', async () => {
  const { state, tools, look, subjects, texts } = watched();
  await look(1);
  state.db11.readOnly = true;
  await look(10);
  await look(3);
  const path = '/etc/mha-helper/c.conf';
  const text = tools.files.texts.get(path) ?? '';
  tools.files.texts.set(path, '[default]\n[db10]\n');
  for (let seconds = 0; seconds <= 120; seconds += 10) await look(10);
  assert.deepEqual(subjects, ['NO WRITABLE SERVER', 'CLUSTER NOT SEEN']);
  assert.match(texts().join('\n'), /no server takes writes[^]*db11/);
  tools.files.texts.set(path, text);
  for (let looks = 0; looks < 3; looks += 1) await look(10);
  assert.deepEqual(subjects.at(-1), 'over: CLUSTER NOT SEEN');
  assert.equal(texts().length, 1);
});

test('a monitor that is started anew does not tell it again, and tells the end', async () => {
  const { state, watch, look, subjects } = watched();
  watch.resume([{ key: 'noWriter', kind: 'noWriter', text: 'no server takes writes', since: 0 }]);
  state.db11.readOnly = true;
  await look(1);
  await look(10);
  assert.deepEqual(subjects, []);
  state.db11.readOnly = false;
  await look(10);
  await look(10);
  assert.deepEqual(subjects, ['over: NO WRITABLE SERVER']);
});
