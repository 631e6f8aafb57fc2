// In a real shell, with real files: includes in the order in which the server reads them.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { localShell } from '../../../../../src/adapters/processes/childProcess.ts';
import { dialectOf } from '../../../../../src/mysql/dialect.ts';
import { readOptions } from '../../../../../src/procedures/check/files/readOptions.ts';
import { shell } from '../../../../doubles/tools.ts';

const mariadb = dialectOf('10.11.6-MariaDB');
const sources = (...files: readonly string[]) => ({ files, ofAccount: '/var/lib/mysql/.my.cnf', suffix: '' });

test('files, what they include, then the command line', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-options-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const path = (name: string): string => join(directory, name);
  mkdirSync(path('conf.d'));
  const write = (name: string, text: string): void => writeFileSync(path(name), text);
  write('my.cnf', `[mysqld]\nread_only=0\n!includedir ${path('conf.d')}/\n[mysqldump]\nread_only=1\n[mariadb]\n`);
  write('conf.d/a.cnf', `[server]\nport=1\n!include ${path('my.cnf')}\n`);
  write('conf.d/b.cnf', '[client]\nread_only=0\n[mariadb-10.11]\nread-only\n');
  write('conf.d/c.cnf', '[mysqld]\nread_only=0\n');
  write('conf.d/d.txt', '[mysqld]\nread_only=0\n');
  chmodSync(path('conf.d/c.cnf'), 0o666);
  const args = ['--port=3306', '--skip-read-only', 'read_only=1'];
  const reads = await readOptions(localShell({ env: process.env }), sources(path('my.cnf')), args, mariadb);
  assert.deepEqual(reads.slice(-4), [
    { kind: 'group', path: path('conf.d/b.cnf'), line: 3, name: 'mariadb-10.11' },
    { kind: 'read_only', path: path('conf.d/b.cnf'), line: 4, on: true },
    { kind: 'group', path: path('my.cnf'), line: 6, name: 'mariadb' },
    { kind: 'argument', word: '--skip-read-only', on: false },
  ]);
  assert.deepEqual(reads.slice(0, 3), [
    { kind: 'group', path: path('my.cnf'), line: 1, name: 'mysqld' },
    { kind: 'read_only', path: path('my.cnf'), line: 2, on: false },
    { kind: 'group', path: path('conf.d/a.cnf'), line: 1, name: 'server' },
  ]);
});

test('a directory that may not be read is told in its place', async () => {
  const answers = new Map([
    ['/etc/my.cnf', 'file 644 /etc/my.cnf\n|[mysqld]\n|!includedir /etc/secret\n|read_only=1\n\n'],
    ['/etc/secret/*.cnf', 'hidden /etc/secret/\n'],
    ['/var/lib/mysql/.my.cnf', 'hidden /var/lib/mysql/\n'],
  ]);
  const host = shell((argv) => ({
    stdout: argv
      .slice(4)
      .map((one) => answers.get(one) ?? '')
      .join(''),
  }));
  assert.deepEqual(await readOptions(host, sources('/etc/my.cnf', '/var/lib/mysql/.my.cnf'), [], mariadb), [
    { kind: 'group', path: '/etc/my.cnf', line: 1, name: 'mysqld' },
    { kind: 'hidden', path: '/etc/secret/' },
    { kind: 'read_only', path: '/etc/my.cnf', line: 3, on: true },
  ]);
});
