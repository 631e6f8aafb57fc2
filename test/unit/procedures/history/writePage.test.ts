import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { diskFiles } from '../../../../src/adapters/files/diskFiles.ts';
import { entryOf } from '../../../../src/procedures/history/groupRuns.ts';
import { writePage } from '../../../../src/procedures/history/writePage.ts';
import { ended, run } from './runs.ts';

const story = { ...entryOf([run('online stop', 0, ended(1))], 1), timeline: [], withoutLog: null };
let directory = '';
before(async () => (directory = await mkdtemp(join(tmpdir(), 'page-'))));
after(() => rm(directory, { recursive: true }));

test('is for its owner only', async () => {
  const path = join(directory, 'story.html');
  await writePage(path, story, { files: diskFiles });
  assert.match(await readFile(path, 'utf8'), /^<!DOCTYPE html>/);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('a place that cannot be written to is said', async () => {
  await assert.rejects(writePage(directory, story, { files: diskFiles }), ({ message }: Error) =>
    message.startsWith(`--html ${directory}: cannot be written: `),
  );
});
