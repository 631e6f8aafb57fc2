import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localShell } from '../../../../../src/adapters/processes/childProcess.ts';
import {
  lookForServer,
  parseProcesses,
  processOf,
  sourcesOf,
  type ServerProcess,
} from '../../../../../src/procedures/check/files/serverProcess.ts';

const said = `pid 812
process 812
arg /usr/sbin/mariadbd
arg --defaults-file=/etc/mysql/one two.cnf
arg --read-only
env MYSQL_HOME=/srv
user mysql:x:101:102:MariaDB,,,:/nonexistent:/bin/false
defaults /etc/my.cnf /etc/mysql/my.cnf ~/.my.cnf 
process 900
arg mysqld
container
`;

const one: ServerProcess = {
  pid: 812,
  args: ['--defaults-file=/etc/mysql/one two.cnf', '--read-only'],
  environment: new Map([['MYSQL_HOME', '/srv']]),
  home: '/nonexistent',
  defaultFiles: ['/etc/my.cnf', '/etc/mysql/my.cnf', '~/.my.cnf'],
  inContainer: false,
};

test('what the look prints', () => {
  const { pid, processes } = parseProcesses(said);
  assert.equal(pid, 812);
  assert.deepEqual(processes[0], one);
  assert.deepEqual([processes[1]?.pid, processes[1]?.args, processes[1]?.inContainer], [900, [], true]);
});

test('the look itself, in a real shell, on a host that may have no server', async () => {
  const { pid, processes } = await lookForServer(localShell({ env: process.env }), '/nowhere/mysqld.pid');
  assert.equal(pid, null);
  for (const { args } of processes) assert.ok(Array.isArray(args));
});

for (const [what, seen, expected] of [
  ['the one of the pid file', parseProcesses(said), 812],
  ['the only one, where the pid file cannot be read', { pid: null, processes: [one] }, 812],
  ['none', { pid: 5, processes: [] }, 'no process of a server is seen there'],
  ['another than the pid file says', { pid: 5, processes: [one] }, 'which process is the server is not seen there (P)'],
  ['one of two', { pid: null, processes: [one, one] }, 'which process is the server is not seen there (P)'],
  ['in a container', { pid: 900, processes: parseProcesses(said).processes }, 'the server runs in a container'],
] as const) {
  test(`which process: ${what}`, () => {
    const found = processOf(seen, 'P');
    assert.equal('unknown' in found ? found.unknown : found.pid, expected);
  });
}

test('the option files, as the command line and the environment have them', () => {
  const files = (more: Partial<ServerProcess>): readonly string[] =>
    sourcesOf({ ...one, args: [], environment: new Map(), home: null, ...more }).files;
  assert.deepEqual(files({}), ['/etc/my.cnf', '/etc/mysql/my.cnf']);
  assert.deepEqual(files({ defaultFiles: [] }), ['/etc/my.cnf', '/etc/mysql/my.cnf', '/usr/etc/my.cnf']);
  assert.deepEqual(
    files({ args: ['--defaults-extra-file=more.cnf'], environment: one.environment, home: '/var/lib/m' }),
    ['/etc/my.cnf', '/etc/mysql/my.cnf', '/srv/my.cnf', '/more.cnf', '/var/lib/m/.my.cnf'],
  );
  assert.deepEqual(sourcesOf(one), { files: ['/etc/mysql/one two.cnf'], ofAccount: null, suffix: '' });
  assert.deepEqual(sourcesOf({ ...one, args: ['--no-defaults'] }), { files: [], ofAccount: null, suffix: '' });
  assert.equal(sourcesOf({ ...one, args: ['--defaults-group-suffix=@two'] }).suffix, '@two');
});
