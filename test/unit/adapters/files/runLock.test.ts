import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runLocks } from '../../../../src/adapters/files/runLock.ts';

const adapter = new URL('../../../../src/adapters/files/runLock.ts', import.meta.url).href;
let directory: string;

before(() => {
  directory = mkdtempSync(join(tmpdir(), 'mha-helper-lock-'));
});
after(() => rmSync(directory, { recursive: true, force: true }));

/** A process that takes the lock, says so, and stays. */
async function holder(path: string) {
  const script = `
    const { runLocks } = await import(${JSON.stringify(adapter)});
    console.log((await runLocks.take(${JSON.stringify(path)}, 'the other')).kind);
    setTimeout(() => undefined, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: said.toString().trim() };
}

test('a lock is had by one process, and names it', async () => {
  const path = join(directory, 'sub', 'one.lock');
  const { child, said } = await holder(path);
  try {
    assert.equal(said, 'taken');
    assert.deepEqual(await runLocks.take(path, 'me'), { kind: 'held', owner: 'the other' });
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test('it ends with a kill -9 of its owner, and what the owner wrote does not matter then', async () => {
  const path = join(directory, 'two.lock');
  const { child } = await holder(path);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.match(readFileSync(path, 'utf8'), /the other/);
  const lock = await runLocks.take(path, 'me');
  assert.equal(lock.kind, 'taken');
  assert.equal(readFileSync(path, 'utf8'), 'me\n');
});

test('it is given back', async () => {
  const path = join(directory, 'three.lock');
  const first = await runLocks.take(path, 'first');
  assert.equal((await runLocks.take(path, 'second')).kind, 'held');
  if (first.kind === 'taken') await first.release();
  assert.equal((await runLocks.take(path, 'third')).kind, 'taken');
});

test('where nothing can be locked, that is neither free nor held', async () => {
  const file = join(directory, 'file');
  await runLocks.take(file, 'a file');
  chmodSync(file, 0o400);
  const lock = await runLocks.take(join(file, 'below.lock'), 'me');
  assert.equal(lock.kind, 'unknown');
  assert.match(lock.kind === 'unknown' ? lock.why : '', /below\.lock/);
});

test('one that is only looked at is waited for: no run is refused for a look', async () => {
  const path = join(directory, 'looked-at.lock');
  const look = await runLocks.take(path, 'a look');
  assert.equal(look.kind, 'taken');
  const run = runLocks.take(path, 'a run');
  if (look.kind === 'taken') await look.release();
  const lock = await run;
  assert.equal(lock.kind, 'taken');
  if (lock.kind === 'taken') await lock.release();
});
