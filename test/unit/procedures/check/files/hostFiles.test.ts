// With a real shell: what it prints is what is parsed.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { localShell } from '../../../../../src/adapters/processes/childProcess.ts';
import { parseHostFiles, readHostFiles } from '../../../../../src/procedures/check/files/hostFiles.ts';
import { shell } from '../../../../doubles/tools.ts';

function scratch(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-files-'));
  context.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('files by name and by pattern, in the order of their names; what is not there is left out', async (context) => {
  const directory = scratch(context);
  mkdirSync(join(directory, 'a b.cnf'));
  writeFileSync(join(directory, 'b.cnf'), 'file 644 /etc/shadow\n|\n\nend', { mode: 0o644 });
  writeFileSync(join(directory, 'B c.cnf'), '', { mode: 0o600 });
  chmodSync(join(directory, 'b.cnf'), 0o666);
  const patterns = [`${directory}/*.cnf`, `${directory}/none/*.cnf`, `${directory}/none`, `${directory}/b.cnf`];
  const found = await readHostFiles(localShell({ env: process.env }), patterns, 5_000);
  const b = { path: `${directory}/b.cnf`, text: 'file 644 /etc/shadow\n|\n\nend', mode: 0o666 };
  assert.deepEqual(found, [{ path: `${directory}/B c.cnf`, text: '', mode: 0o600 }, b, b]);
});

test('what the SSH user may not read is told apart', () => {
  assert.deepEqual(parseHostFiles('hidden /etc/netplan/50 cloud.yaml\nfile 644 /etc/my.cnf\n|[mysqld]\n|\n\n'), [
    { path: '/etc/netplan/50 cloud.yaml', text: null, mode: null },
    { path: '/etc/my.cnf', text: '[mysqld]\n', mode: 0o644 },
  ]);
});

test('nothing asked, nothing run; a shell that cannot is a failure', async () => {
  assert.deepEqual(
    await readHostFiles(
      shell(() => assert.fail('run')),
      [],
      1,
    ),
    [],
  );
  await assert.rejects(
    readHostFiles(
      shell(() => ({ code: 127, stderr: 'sh: no such\n' })),
      ['/etc/my.cnf'],
      1,
    ),
    { message: 'files cannot be read there (exit 127): sh: no such' },
  );
});
