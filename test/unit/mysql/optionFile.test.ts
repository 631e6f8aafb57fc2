import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialectOf } from '../../../src/mysql/dialect.ts';
import { optionOf, parseOptionFile, readOnlyOf, serverGroups } from '../../../src/mysql/optionFile.ts';

test('groups, options, comments behind values, quotes, directives', () => {
  const text = `# [mysqld]
[mysqld] # the server
read-only = 1   # closed
; read_only=0
socket = "/run/my sqld/#1.sock" # quoted
skip_name_resolve
 [client-server ]
!includedir /etc/mysql/conf.d/
! include /etc/mysql/more.cnf
`;
  assert.deepEqual(parseOptionFile(text), [
    { kind: 'group', name: 'mysqld', line: 2 },
    { kind: 'option', group: 'mysqld', name: 'read_only', value: '1', line: 3 },
    { kind: 'option', group: 'mysqld', name: 'socket', value: '/run/my sqld/#1.sock', line: 5 },
    { kind: 'option', group: 'mysqld', name: 'skip_name_resolve', value: null, line: 6 },
    { kind: 'group', name: 'client-server', line: 7 },
    { kind: 'includedir', path: '/etc/mysql/conf.d/' },
    { kind: 'include', path: '/etc/mysql/more.cnf' },
  ]);
});

for (const [line, on] of [
  ['read_only', true],
  ['read-only=ON', true],
  ["read_only = 'true'", true],
  ['loose-read_only=1', true],
  ['enable-read-only', true],
  ['super_read_only=1', true],
  ['read_only=NO_LOCK_NO_ADMIN', true],
  ['read_only=0', false],
  ['read_only=yes', false],
  ['skip-read-only', false],
  ['loose_disable_read_only', false],
  ['super_read_only=OFF', null],
  ['read_only_compressed=1', null],
  ['transaction_read_only=1', null],
] as const) {
  test(`${line}: ${String(on)}`, () => {
    assert.equal(readOnlyOf(optionOf(line)), on);
  });
}

test('the groups that a server reads, with its version, and with a suffix', () => {
  const mysql = serverGroups(dialectOf('9.7.1'), '');
  assert.deepEqual([...mysql], ['mysqld', 'server', 'mysqld-9.7']);
  const mariadb = serverGroups(dialectOf('10.11.14-MariaDB-0+deb12u2-log'), '@two');
  for (const group of ['mysqld', 'mysqld@two', 'mariadb-10.11', 'mariadbd@two', 'client-server'])
    assert.ok(mariadb.has(group), group);
  assert.ok(!mysql.has('mariadb') && !mariadb.has('client'));
});
