import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { diskFiles } from '../../../../src/adapters/files/diskFiles.ts';
import type { Files } from '../../../../src/context/Context.ts';
import { isUnknown, type Unknown } from '../../../../src/errors/unknown.ts';
import { readAllRuns, readJournal } from '../../../../src/procedures/run/earlierRuns.ts';
import { rotateJournal } from '../../../../src/procedures/run/rotateJournal.ts';
import { addToRun, type RunRecord } from '../../../../src/steps/journal.ts';
import { archivePath, journalPath, linesOf, rotatingPath } from '../../../../src/steps/journalFiles.ts';
import type { MemoryFiles } from '../../../doubles/files.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const limits = { journal_days: 90, journal_size: 256, staying: 1 };
const places = { stateDirectory: '/var/lib/mha-helper' };
const [journal, rotating, archive] = [journalPath, rotatingPath, archivePath].map((path) => path(places, 'c'));
const clock = fakeTools('').clock;

/** Planned switches, the oldest first; each has four lines a run. */
function textOf(days: readonly number[]): string {
  const lines = days.flatMap((day) =>
    ['online stop', 'online start'].flatMap((procedure) => {
      const at = new Date(clock.now().getTime() - day * 86_400_000).toISOString();
      const run = `${procedure} ${day}`;
      const id = procedure === 'online stop' ? 'set-read-only:db10' : 'clear-read-only:db11';
      return [
        { kind: 'run', run, pid: 7, procedure, origHost: 'db10', newHost: 'db11', at },
        { kind: 'step', run, id, title: id, before: {}, at },
        { kind: 'done', run, id, at },
        { kind: 'end', run, outcome: 'done', message: '', at },
      ];
    }),
  );
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}

const old = textOf([200, 150, 100]);
const young = textOf([50, 10]);

function prepared(text = `${old}${young}`) {
  const tools = fakeTools('');
  tools.files.texts.set(journal ?? '', text);
  return tools;
}

async function known(read: Promise<readonly RunRecord[] | Unknown>): Promise<readonly RunRecord[]> {
  const runs = await read;
  return isUnknown(runs) ? assert.fail(runs.unknown) : runs;
}

const idsOf = (runs: readonly RunRecord[]): readonly string[] => runs.map(({ run }) => run);

test('what is finished and old moves to the archive, and the history has all of it as before', async () => {
  const tools = prepared();
  const before = await known(readAllRuns(tools, 'c'));
  assert.equal(await rotateJournal('c', limits, tools), 6);
  assert.equal(tools.files.texts.get(journal ?? ''), young);
  assert.equal(tools.files.texts.get(archive ?? ''), old);
  assert.equal(tools.files.texts.has(rotating ?? ''), false);
  assert.deepEqual(await known(readAllRuns(tools, 'c')), before);
  assert.deepEqual(idsOf(await known(readJournal(tools, 'c'))), idsOf(before).slice(6));
  assert.equal(await rotateJournal('c', limits, tools), 0);
  tools.clock.advance(50 * 86_400_000);
  assert.equal(await rotateJournal('c', limits, tools), 2);
  assert.deepEqual(await known(readAllRuns(tools, 'c')), before);
});

test('none of a small journal, of none, and while somebody is at work or that is not known', async () => {
  assert.equal(await rotateJournal('c', limits, fakeTools('')), 0);
  assert.equal(await rotateJournal('c', limits, prepared(young)), 0);
  for (const lock of [{ kind: 'held', owner: 'x' } as const, { kind: 'unknown', why: 'x' } as const]) {
    const tools = { ...prepared(), locks: { take: () => Promise.resolve(lock) } };
    assert.equal(await rotateJournal('c', limits, tools), 0);
    assert.equal(tools.files.texts.get(journal ?? ''), `${old}${young}`);
  }
});

test('a line that was cut off costs itself alone, and a word about a run that has moved is heard', async () => {
  const torn = '{"kind":"step","run":"online stop 200","id":"x';
  const tools = prepared(`${old}${torn}\n${young}`);
  const before = await known(readAllRuns(tools, 'c'));
  await rotateJournal('c', limits, tools);
  assert.deepEqual(await known(readAllRuns(tools, 'c')), before);
  await addToRun(tools, 'c', 'online start 200', { drill: { way: 'back', began: '' } });
  const heard = async (): Promise<unknown> => (await known(readAllRuns(tools, 'c')))[1]?.drill?.way;
  assert.equal(await heard(), 'back');
  tools.clock.advance(50 * 86_400_000);
  await rotateJournal('c', limits, tools);
  assert.equal(await heard(), 'back');
  assert.equal(linesOf(tools.files.texts.get(journal ?? '') ?? '').length, 8);
});

/** Ends with an error at the `last`th change, before it, after it, or between the two names of a replacement. */
function dying(files: MemoryFiles, last: number, how: 'before' | 'half' | 'after'): Files {
  let count = 0;
  const change = async (half: () => void, whole: () => Promise<void>): Promise<void> => {
    count += 1;
    if (count > last) throw new Error('dead already');
    if (count === last && how === 'half') half();
    if (count < last || how === 'after') await whole();
    if (count === last) throw new Error('killed');
  };
  return {
    list: (path) => files.list(path),
    read: (path) => files.read(path),
    tail: (path, bytes) => files.tail(path, bytes),
    writePrivate: (path, text) => files.writePrivate(path, text),
    rename: (from, to) => files.rename(from, to),
    mode: (path) => files.mode(path),
    look: (path) => files.look(path),
    append: (path, text) =>
      change(
        () => void files.append(path, text.slice(0, text.length / 2)),
        () => files.append(path, text),
      ),
    replace: (path, text, as) =>
      change(
        () => {
          if (as.former !== undefined) files.texts.set(as.former, files.texts.get(path) ?? '');
        },
        () => files.replace(path, text, as),
      ),
    remove: (path) =>
      change(
        () => undefined,
        () => files.remove(path),
      ),
  };
}

test('killed at any moment: nothing is lost, nothing is there twice, and the next one goes on', async () => {
  let deaths = 0;
  for (const how of ['before', 'half', 'after'] as const) {
    for (let last = 1; last <= 6; last += 1) {
      const tools = prepared();
      const before = await known(readAllRuns(tools, 'c'));
      const killed = { ...tools, files: dying(tools.files, last, how) };
      const ended = await rotateJournal('c', limits, killed).then(
        () => true,
        () => false,
      );
      if (!ended) deaths += 1;
      assert.deepEqual(await known(readAllRuns(tools, 'c')), before);
      assert.deepEqual(idsOf(await known(readJournal(tools, 'c'))).slice(-4), idsOf(before).slice(-4));
      // Whoever is called then writes on.
      await addToRun(tools, 'c', 'online start 10', { drill: { way: 'there', began: '' } });
      await rotateJournal('c', limits, tools);
      assert.equal(tools.files.texts.has(rotating ?? ''), false);
      const after = await known(readAllRuns(tools, 'c'));
      assert.equal(after.at(-1)?.drill?.way, 'there');
      assert.deepEqual(idsOf(after), idsOf(before));
      assert.equal(linesOf(tools.files.texts.get(archive ?? '') ?? '').length, 24);
      assert.equal(linesOf(tools.files.texts.get(journal ?? '') ?? '').length, 17);
    }
  }
  assert.equal(deaths, 9);
});

test('a line that was written into the journal of before, while that lost its name, is found', async () => {
  const tools = prepared();
  const word = JSON.stringify({ kind: 'acknowledged', run: 'online start 10', at: 'now', by: 'somebody' });
  const slow: Files = {
    ...dying(tools.files, Infinity, 'after'),
    async replace(path, text, as) {
      if (as.former !== undefined) await tools.files.append(path, `\n${word}\n`);
      await tools.files.replace(path, text, as);
    },
  };
  await rotateJournal('c', limits, { ...tools, files: slow });
  assert.deepEqual((await known(readJournal(tools, 'c'))).at(-1)?.acknowledged, { at: 'now', by: 'somebody' });
});

test('on a disk, while others append without a lock: every line stays; the mode too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-test-'));
  try {
    const tools = { ...fakeTools(''), files: diskFiles };
    const here = { ...tools, places: { ...tools.places, stateDirectory: directory } };
    const path = journalPath(here.places, 'c');
    let day = 5_000;
    writeFileSync(path, textOf([day]));
    chmodSync(path, 0o660);
    let isOver = false;
    const told: string[] = [];
    const append = async (name: string): Promise<void> => {
      for (let count = 0; !isOver; count += 1) {
        const began = `${name} ${count}`;
        await addToRun(here, 'c', `online start ${5_000}`, { drill: { way: 'there', began } });
        told.push(began);
      }
    };
    const appending = [append('one'), append('two'), append('three')];
    for (let round = 0; round < 20; round += 1) {
      day -= 1;
      await diskFiles.append(path, `\n${textOf([day])}`);
      await rotateJournal('c', limits, here);
    }
    isOver = true;
    await Promise.all(appending);
    const paths = [archivePath(here.places, 'c'), path];
    const lines = (await Promise.all(paths.map((one) => diskFiles.read(one)))).flatMap(linesOf);
    const found = new Set(lines.map((line) => (JSON.parse(line) as { drill?: { began: string } }).drill?.began));
    assert.ok(told.length > 100, String(told.length));
    assert.deepEqual(
      told.filter((began) => !found.has(began)),
      [],
    );
    assert.equal((await known(readAllRuns(here, 'c'))).length, 42);
    assert.deepEqual(
      paths.map((one) => statSync(one).mode & 0o777),
      [0o660, 0o660],
    );
    await assert.rejects(diskFiles.read(rotatingPath(here.places, 'c')), { code: 'ENOENT' });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
