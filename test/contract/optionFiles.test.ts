// Option files are read as the server's own my_print_defaults reads them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { localShell } from '../../src/adapters/processes/childProcess.ts';
import { dialectOf } from '../../src/mysql/dialect.ts';
import { optionOf, readOnlyOf, serverGroups } from '../../src/mysql/optionFile.ts';
import { readOptions } from '../../src/procedures/check/files/readOptions.ts';
import { lookForServer } from '../../src/procedures/check/files/serverProcess.ts';
import { startMariadb, type RunningServer } from './mysqlServer.ts';

describe('option files', { concurrency: false }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-options-'));
  const path = (name: string): string => join(directory, name);
  const shell = localShell({ env: process.env });
  let server: RunningServer | undefined;
  before(async () => {
    mkdirSync(path('d'));
    writeFileSync(path('d/1.cnf'), '[server]\nread-only = "1" # closed\n');
    writeFileSync(path('d/2.cnf'), '[mysqld]\nread_only=0\n');
    writeFileSync(path('d/3.cnf~'), '[mysqld]\nread_only=1\n');
    writeFileSync(path('one'), '[mariadbd]\nread_only=1');
    server = await startMariadb();
  });
  after(async () => {
    rmSync(directory, { recursive: true });
    await server?.end();
  });

  for (const [what, text, suffix] of [
    ['a directory, its files in order', `[mysqld]\nread_only=1\n!includedir ${path('d')}\n`, ''],
    ['a file in between', `[mysqld]\nread_only=0\n  ! include ${path('one')}\n`, ''],
    ['the group goes on behind an include', `[mysqldump]\n!include ${path('one')}\nread_only=0\n`, ''],
    ['comments and quotes', "[ mysqld]\nread_only=0\n[mysqld ]\nread_only='1' #0\n;read_only=0\n#read_only=0\n", ''],
    ['a version', '[mariadb-10.11]\nread_only\n[mariadb-10.1]\nread_only=0\n', ''],
    ['a suffix', '[mysqld]\nread_only=0\n[mysqld@two]\nskip-read-only=0\nread-only=on\n[client]\nread_only=0', '@two'],
    ['nothing for the server', '[mysqldump]\nread_only=1\n[mysqld_safe]\nread_only=1\n', ''],
  ] as const) {
    test(what, async () => {
      const file = path('my.cnf');
      writeFileSync(file, text);
      chmodSync(file, 0o644);
      const dialect = dialectOf('10.11.14-MariaDB');
      const groups = [...serverGroups(dialect, '')];
      const options = [`--defaults-file=${file}`, ...(suffix === '' ? [] : [`--defaults-group-suffix=${suffix}`])];
      const printed = execFileSync('my_print_defaults', [...options, ...groups], { encoding: 'utf8' });
      const expected = printed.split('\n').map((word) => readOnlyOf(optionOf(word.slice(2))));
      const reads = await readOptions(shell, { files: [file], ofAccount: null, suffix }, [], dialect);
      const found = reads.flatMap((read) => (read.kind === 'read_only' ? [read.on] : []));
      assert.deepEqual(
        found,
        expected.filter((on) => on !== null),
        printed,
      );
    });
  }

  test('the process of a server, and where it looks for its files', async () => {
    const pidFile = server?.sql('SELECT @@pid_file').trim().split('\n').at(-1) ?? '';
    const { pid, processes } = await lookForServer(shell, pidFile);
    const own = processes.find((one) => one.pid === pid);
    assert.ok(own !== undefined && own.args.includes('--no-defaults'), JSON.stringify(own));
    assert.ok(own.defaultFiles.includes('/etc/mysql/my.cnf'), own.defaultFiles.join());
  });
});
