import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileLook, Tools } from '../../../../src/context/Context.ts';
import { checkStateDirectory, directoryProblems } from '../../../../src/procedures/check/checkStateDirectory.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const directory = '/var/lib/mha-helper';
const own: FileLook = { kind: 'directory', owner: 'self', mode: 0o750 };

test('a directory of the own user or of root is right, one of somebody else or open to all is not', () => {
  const texts = (look: Partial<FileLook>, asRoot = false): readonly string[] =>
    directoryProblems(directory, { ...own, ...look }, asRoot).map(({ severity, text }) => `${severity}: ${text}`);
  assert.deepEqual(texts({}), []);
  assert.deepEqual(texts({ owner: 'root', mode: 0o770 }), []);
  const foreign = `${directory} belongs to another user, who decides what is recorded there and undone`;
  assert.deepEqual(texts({ owner: 'other' }), [`error: ${foreign}`]);
  assert.deepEqual(texts({ owner: 'other' }, true), [`warning: ${foreign}`]);
  assert.deepEqual(texts({ mode: 0o757 }), [
    `error: ${directory} can be written by every user, who then decides what is recorded there and undone`,
  ]);
});

test('a link, and a file of somebody else, however deep', async () => {
  const paths = ['c.journal', 'spool/a.json', 'monitor/conf/c.cnf'].map((name) => `${directory}/${name}`);
  const files = new MemoryFiles(Object.fromEntries(paths.map((path) => [path, ''])));
  const see = (name: string, look: Partial<FileLook>): unknown =>
    files.looks.set(`${directory}/${name}`, { ...own, ...look });
  const check = async (isRoot = false): Promise<readonly string[]> => {
    const local = { run: () => Promise.resolve({ code: 0, stdout: '', stderr: '' }) };
    const tools = { files, places: { stateDirectory: directory, isRoot }, connect: { local } } as unknown as Tools;
    return (await checkStateDirectory(tools)).map(({ severity, text }) => `${severity}: ${text}`);
  };
  for (const name of ['spool', 'monitor', 'monitor/conf']) see(name, {});
  assert.deepEqual(await check(), [`ok: ${directory} can be written`]);
  see('c.journal', { kind: 'link' });
  see('monitor/conf/c.cnf', { kind: 'file', owner: 'other' });
  assert.deepEqual(await check(), [
    `error: a link where a file of mha-helper's should be: ${directory}/c.journal`,
    `error: neither of the user that runs this nor of root: ${directory}/monitor/conf/c.cnf`,
  ]);
  assert.deepEqual(await check(true), [`error: a link where a file of mha-helper's should be: ${directory}/c.journal`]);
});
