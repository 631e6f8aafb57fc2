import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localShell } from '../../../../src/adapters/processes/childProcess.ts';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { checkRoom, parseRoom, roomLines } from '../../../../src/procedures/check/checkRoom.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const own = '/var/lib/mha-helper';
const told = (free: number | null, writable = true, directory = '/w'): readonly string[] =>
  roomLines([{ directory, writable, free }], own).map(({ severity, text }) => `${severity}: ${text}`);

test('enough, little, none, not known', () => {
  assert.deepEqual(told(5000), ["ok: room for MHA's files: /w (5000 MB)"]);
  assert.deepEqual(told(50), ['warning: only 50 MB are free for /w: a failover may find no room there']);
  assert.deepEqual(told(0), ['error: 0 MB are free for /w: MHA would die in the middle of a failover']);
  assert.deepEqual(told(null), ['warning: it is not known how much room there is in /w']);
});

test('a directory that cannot be written; of our own that is told elsewhere', () => {
  assert.match(told(5000, false)[0] ?? '', /^error: \/w cannot be written by the user that runs this/);
  assert.match(told(5000, false, own)[0] ?? '', /^ok/);
});

test('what is not said is not known', () => {
  assert.deepEqual(parseRoom('no 12 /a b\nyes  /c\n', ['/a b', '/c', '/d']), [
    { directory: '/a b', writable: false, free: 12 },
    { directory: '/c', writable: true, free: null },
    { directory: '/d', writable: true, free: null },
  ]);
});

test('the look itself, where a directory is yet to be made', async () => {
  const text =
    '[server default]\nmanager_workdir=/tmp/none/there\nmanager_log=/tmp/app.log\n[server1]\nhostname=db10\n';
  const app = readApplicationConfig({ path: '/etc/mha/app.cnf', text });
  const tools = fakeTools('', { local: localShell({ env: process.env }) });
  const [line] = await checkRoom(app, tools);
  assert.match(line?.text ?? '', /\/tmp\/none\/there|MB/);
  assert.doesNotMatch(line?.text ?? '', /\?/);
});
