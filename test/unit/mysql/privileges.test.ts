import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingPrivileges } from '../../../src/mysql/privileges.ts';

const all = ['set read_only', "execute what is left in a dead master's binary log", 'end sessions of others'];

for (const [what, version, grants, missing] of [
  [
    'all',
    'MySQL 8.0.40',
    ["GRANT ALL PRIVILEGES ON *.* TO `mha`@`%` IDENTIFIED BY PASSWORD '*x' WITH GRANT OPTION"],
    [],
  ],
  [
    'SUPER, of MySQL 5.7 and before',
    'MySQL 5.7.44',
    ["GRANT RELOAD, SUPER, REPLICATION CLIENT ON *.* TO 'mha'@'%'"],
    [],
  ],
  [
    'single ones of MariaDB',
    'MariaDB 10.11.18',
    ['GRANT PROCESS, BINLOG REPLAY, CONNECTION ADMIN, READ_ONLY ADMIN ON *.* TO `mha`@`%`'],
    [],
  ],
  [
    'single ones of MySQL 8, in two lines',
    'MySQL 8.0.40',
    [
      'GRANT PROCESS ON *.* TO `mha`@`%`',
      'GRANT BINLOG_ADMIN,CONNECTION_ADMIN,SYSTEM_VARIABLES_ADMIN ON *.* TO `mha`@`%`',
    ],
    [],
  ],
  ['read_only cannot be set', 'MySQL 8.0.40', ['GRANT PROCESS, CONNECTION ADMIN ON *.* TO `mha`@`%`'], all.slice(0, 2)],
  [
    'all of one database only',
    'MySQL 8.0.40',
    ['GRANT USAGE ON *.* TO `mha`@`%`', 'GRANT ALL PRIVILEGES ON `app`.* TO `mha`@`%`'],
    all,
  ],
  [
    'a role: not known, so not said',
    'MySQL 8.0.40',
    ['GRANT USAGE ON *.* TO `mha`@`%`', 'GRANT `operator` TO `mha`@`%`'],
    [],
  ],
  ['SUPER, of MariaDB before it was split', 'MariaDB 10.6.21', ['GRANT PROCESS, SUPER ON *.* TO `mha`@`%`'], []],
  ['SUPER, of MariaDB since', 'MariaDB 10.11.18', ['GRANT PROCESS, SUPER ON *.* TO `mha`@`%`'], all.slice(0, 1)],
  ['SUPER, of MariaDB since', 'MariaDB 11.8.9', ['GRANT PROCESS, SUPER ON *.* TO `mha`@`%`'], all],
] as const) {
  test(`missing privileges: ${what}`, () =>
    assert.deepEqual(
      missingPrivileges(version, grants).map((one) => one.what),
      missing,
    ));
}
