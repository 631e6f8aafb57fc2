import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { diskFiles } from '../../../../src/adapters/files/diskFiles.ts';

const isRoot = process.geteuid?.() === 0;
const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-test-'));
after(() => rmSync(scratch, { recursive: true }));

test('append makes the directory and the file, not readable for everybody', async () => {
  const path = join(scratch, 'state/deep/journal');
  await diskFiles.append(path, 'one\n');
  await diskFiles.append(path, 'zwö\n');
  assert.equal(await diskFiles.read(path), 'one\nzwö\n');
  assert.equal(statSync(path).mode & 0o137, 0);
  assert.equal(statSync(join(scratch, 'state/deep')).mode & 0o027, 0);
});

test('list gives sorted names', async () => {
  const directory = mkdtempSync(join(scratch, 'list-'));
  for (const name of ['b.conf', 'a.conf', 'c']) writeFileSync(join(directory, name), '');
  assert.deepEqual(await diskFiles.list(directory), ['a.conf', 'b.conf', 'c']);
});

test("errors are Node's", async () => {
  await assert.rejects(diskFiles.read(join(scratch, 'none')), { code: 'ENOENT' });
  await assert.rejects(diskFiles.list(join(scratch, 'none')), { code: 'ENOENT' });
  await assert.rejects(diskFiles.remove(join(scratch, 'none')), { code: 'ENOENT' });
});

test('a full disk is an error', async () => {
  await assert.rejects(diskFiles.append('/dev/full', 'x'), { code: 'ENOSPC' });
});

test('remove removes', async () => {
  const path = join(scratch, 'gone');
  await diskFiles.append(path, 'x');
  chmodSync(path, 0o400);
  await diskFiles.remove(path);
  await assert.rejects(diskFiles.read(path), { code: 'ENOENT' });
});

test('tail gives the end, or all of a short file', async () => {
  const path = join(scratch, 'log');
  writeFileSync(path, '0123456789');
  assert.equal(await diskFiles.tail(path, 4), '6789');
  assert.equal(await diskFiles.tail(path, 400), '0123456789');
  await assert.rejects(diskFiles.tail(join(scratch, 'none'), 4), { code: 'ENOENT' });
});

test('a private file is for its owner only, whole or not there, and leaves nothing beside it', async () => {
  const directory = join(scratch, 'state2/spool');
  await diskFiles.writePrivate(join(directory, 'mail'), 'one');
  await diskFiles.writePrivate(join(directory, 'mail'), 'two');
  assert.equal(await diskFiles.read(join(directory, 'mail')), 'two');
  assert.deepEqual(await diskFiles.list(directory), ['mail']);
  assert.deepEqual([statSync(directory).mode & 0o777, statSync(join(directory, 'mail')).mode & 0o777], [0o700, 0o600]);
  mkdirSync(join(directory, 'taken/inside'), { recursive: true });
  await assert.rejects(diskFiles.writePrivate(join(directory, 'taken'), 'x'));
  assert.deepEqual(await diskFiles.list(directory), ['mail', 'taken']);
  await diskFiles.rename(join(directory, 'mail'), join(directory, 'mail.sending-1'));
  await assert.rejects(diskFiles.rename(join(directory, 'mail'), join(directory, 'x')), { code: 'ENOENT' });
});

test('look says what has the name, of whom it is, and follows no link', async () => {
  const path = join(scratch, 'looked-at');
  writeFileSync(path, '');
  chmodSync(path, 0o640);
  assert.deepEqual(await diskFiles.look(path), { kind: 'file', owner: 'self', mode: 0o640 });
  symlinkSync(path, join(scratch, 'link'));
  assert.equal((await diskFiles.look(join(scratch, 'link')))?.kind, 'link');
  assert.equal((await diskFiles.look(scratch))?.kind, 'directory');
  assert.equal((await diskFiles.look('/dev/null'))?.kind, 'other');
  assert.equal(await diskFiles.look(join(scratch, 'none')), null);
});

test('a file of another account is told from the own one and from those of root', { skip: !isRoot }, async () => {
  const path = join(scratch, 'foreign');
  writeFileSync(path, '');
  chownSync(path, 65534, 65534);
  assert.equal((await diskFiles.look(path))?.owner, 'other');
});

test('replace keeps owner, group and mode, and what had the name before has another one', async () => {
  const [path, former] = [join(scratch, 'replaced'), join(scratch, 'replaced.former')];
  writeFileSync(path, 'one');
  chmodSync(path, 0o660);
  if (isRoot) chownSync(path, 1234, 4321);
  await diskFiles.replace(path, 'two', { like: path, former });
  assert.deepEqual([await diskFiles.read(path), await diskFiles.read(former)], ['two', 'one']);
  const { mode, uid, gid } = statSync(path);
  assert.equal(mode & 0o777, 0o660);
  if (isRoot) assert.deepEqual([uid, gid], [1234, 4321]);
  await assert.rejects(diskFiles.replace(path, 'three', { like: path, former }), { code: 'EEXIST' });
  await assert.rejects(diskFiles.replace(path, 'three', { like: join(scratch, 'none') }), { code: 'ENOENT' });
  assert.equal(await diskFiles.read(path), 'two');
  assert.deepEqual(
    (await diskFiles.list(scratch)).filter((name) => name.includes('replaced')),
    ['replaced', 'replaced.former'],
  );
});

test('what is appended is in the file that has the name, where another one has got it meanwhile', async () => {
  const [path, former] = [join(scratch, 'named'), join(scratch, 'named.former')];
  // A pipe that is full: whoever has opened it waits before he has written.
  execFileSync('mkfifo', [path]);
  const [reader, filler] = [constants.O_RDONLY, constants.O_WRONLY].map((flag) =>
    openSync(path, flag | constants.O_NONBLOCK),
  ) as [number, number];
  const full = (): boolean => {
    try {
      return writeSync(filler, Buffer.alloc(4096)) === 0;
    } catch {
      return true;
    }
  };
  while (!full());
  const openings = (): number =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === path;
      } catch {
        return false;
      }
    }).length;
  const appended = diskFiles.append(path, 'one\n');
  while (openings() < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  renameSync(path, former);
  writeFileSync(path, 'of the new one\n');
  assert.equal(readSync(reader, Buffer.alloc(4096)), 4096);
  await appended;
  assert.equal(await diskFiles.read(path), 'of the new one\none\n');
  for (const fd of [reader, filler]) closeSync(fd);
});
