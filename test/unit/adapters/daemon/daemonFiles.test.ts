import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { daemonFiles } from '../../../../src/adapters/daemon/daemonFiles.ts';
import { detachedProcesses } from '../../../../src/adapters/processes/detachedProcesses.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-daemon-'));
after(() => rmSync(scratch, { recursive: true }));

test('replace: the new text, for the owner only, nothing left beside it; directories are made', async () => {
  const path = join(scratch, 'deep', 'record.json');
  await daemonFiles.replace(path, 'one');
  await daemonFiles.replace(path, 'two');
  assert.equal(readFileSync(path, 'utf8'), 'two');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(scratch, 'deep')), ['record.json']);
});

test('a lock that is held is not taken; one that is left is taken by exactly one of many', async () => {
  const path = join(scratch, 'a.lock');
  assert.equal(await daemonFiles.lock(path, 'first', () => assert.fail('nobody has it')), null);
  assert.equal(await daemonFiles.lock(path, 'second', (text) => text === 'first'), 'first');
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, number) => daemonFiles.lock(path, `new ${number}`, (text) => text !== 'first')),
  );
  const holder = readFileSync(path, 'utf8');
  assert.deepEqual(
    answers.flatMap((answer, number) => (answer === null ? [`new ${number}`] : [])),
    [holder],
  );
  assert.deepEqual(
    readdirSync(scratch).filter((name) => name.startsWith('a.lock')),
    ['a.lock'],
  );
});

test('whoever took a lock over and was killed in between holds nobody up', async () => {
  const path = join(scratch, 'b.lock');
  const claim = `${path}.after-${createHash('sha256').update('dead').digest('hex').slice(0, 16)}`;
  writeFileSync(path, 'dead');
  writeFileSync(claim, 'killed');
  const isHeld = (text: string): boolean => text.startsWith('new');
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, number) => daemonFiles.lock(path, `new ${number}`, isHeld)),
  );
  assert.equal(answers.filter((answer) => answer === null).length, 1);
  assert.deepEqual(
    answers.flatMap((answer, number) => (answer === null ? [`new ${number}`] : [])),
    [readFileSync(path, 'utf8')],
  );
  assert.deepEqual(
    readdirSync(scratch).filter((name) => name.startsWith('b.lock')),
    ['b.lock'],
  );
});

test('tail and modifiedAt of a file, and of none', async () => {
  const path = join(scratch, 'log');
  writeFileSync(path, '0123456789');
  assert.equal(await daemonFiles.tail(path, 4), '6789');
  assert.equal(await daemonFiles.tail(path, 40), '0123456789');
  assert.equal(await daemonFiles.modifiedAt(path), statSync(path).mtimeMs);
  assert.deepEqual(
    [await daemonFiles.tail(join(scratch, 'none'), 4), await daemonFiles.modifiedAt(join(scratch, 'none'))],
    ['', null],
  );
});

test('a program is started in a session of its own, found, ended as a group; its exit code is kept', async () => {
  const processes = detachedProcesses(() => ({ PATH: process.env['PATH'], NOTIFY_SOCKET: '/not/for/it' }));
  const output = join(scratch, 'output');
  const mark = `mark-${process.pid}`;
  const child = await processes.startDetached(
    ['sh', '-c', 'echo "notify=$NOTIFY_SOCKET"; sleep 600 & wait', mark],
    output,
  );
  const isIt = (argv: readonly string[]): boolean => argv.includes(mark);
  while (
    !readFileSync(output, 'utf8').includes('notify=\n') ||
    processes.find((argv) => argv.join(' ') === 'sleep 600').length === 0
  )
    await new Promise(setImmediate);
  assert.equal(
    readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3],
    String(child.pid),
    'session leader',
  );
  assert.deepEqual(
    [processes.isAlive(child), processes.exitCode(child), processes.identify(child.pid)],
    [true, null, child],
  );
  assert.deepEqual(processes.find(isIt), [child]);
  processes.signal({ ...child, startTicks: '1' }, 'SIGKILL', 'group');
  assert.equal(processes.isAlive(child), true, 'another process with its number is not touched');
  processes.signal(child, 'SIGTERM', 'group');
  while (processes.exitCode(child) === null) await new Promise(setImmediate);
  assert.deepEqual([processes.exitCode(child), processes.isAlive(child)], [143, false]);
  await assert.rejects(processes.startDetached(['/not/there'], output), /\/not\/there could not be started/);
});
