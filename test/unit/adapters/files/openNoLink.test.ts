import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { diskFiles } from '../../../../src/adapters/files/diskFiles.ts';
import { putInPlace } from '../../../../src/adapters/files/putInPlace.ts';
import { runLocks } from '../../../../src/adapters/files/runLock.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-test-'));
after(() => rmSync(scratch, { recursive: true }));

function linkTo(name: string, target: string): string {
  const path = join(scratch, name);
  symlinkSync(target, path);
  return path;
}

test('nothing is appended through a link, be its target there or not', async () => {
  const target = join(scratch, 'target');
  writeFileSync(target, 'as it was');
  const refused = { code: 'ELOOP', message: /^ELOOP: a link where a file should be, open '.*\/journal'$/ };
  await assert.rejects(diskFiles.append(linkTo('journal', target), 'x'), refused);
  assert.equal(readFileSync(target, 'utf8'), 'as it was');
  await assert.rejects(diskFiles.append(linkTo('dangling', join(scratch, 'made')), 'x'), { code: 'ELOOP' });
  assert.equal(existsSync(join(scratch, 'made')), false);
});

test('a lock behind a link is unknown, and its target stays as it was', async () => {
  const target = join(scratch, 'locked');
  writeFileSync(target, 'as it was');
  const lock = await runLocks.take(linkTo('run-lock', target), 'owner');
  assert.equal(lock.kind, 'unknown');
  assert.match(lock.kind === 'unknown' ? lock.why : '', /ELOOP: a link where a file should be/);
  assert.equal(readFileSync(target, 'utf8'), 'as it was');
});

test('a private file takes the place of a link', async () => {
  const target = join(scratch, 'other');
  writeFileSync(target, 'as it was');
  const path = linkTo('record', target);
  await putInPlace(path, 'new');
  assert.deepEqual([lstatSync(path).isFile(), readFileSync(path, 'utf8')], [true, 'new']);
  assert.equal(readFileSync(target, 'utf8'), 'as it was');
});
