import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingPrivileges } from '../../../src/mysql/privileges.ts';

const all = ['set read_only', 'execute what is left in a dead master\'s binary log', 'end sessions of others'];

for (const [what, grants, missing] of [
  ['all', ["GRANT ALL PRIVILEGES ON *.* TO `mha`@`%` IDENTIFIED BY PASSWORD '*x' WITH GRANT OPTION"], []],
  ['SUPER, of MySQL 5.7 and before', ["GRANT RELOAD, SUPER, REPLICATION CLIENT ON *.* TO 'mha'@'%'"], []],
  ['single ones of MariaDB', ['GRANT PROCESS, BINLOG REPLAY, CONNECTION ADMIN, READ_ONLY ADMIN ON *.* TO `mha`@`%`'], []],
  ['single ones of MySQL 8, in two lines', ['GRANT PROCESS ON *.* TO `mha`@`%`', 'GRANT BINLOG_ADMIN,CONNECTION_ADMIN,SYSTEM_VARIABLES_ADMIN ON *.* TO `mha`@`%`'], []],
  ['read_only cannot be set', ['GRANT PROCESS, CONNECTION ADMIN ON *.* TO `mha`@`%`'], all.slice(0, 2)],
  ['all of one database only', ['GRANT USAGE ON *.* TO `mha`@`%`', 'GRANT ALL PRIVILEGES ON `app`.* TO `mha`@`%`'], all],
  ['a role: not known, so not said', ['GRANT USAGE ON *.* TO `mha`@`%`', 'GRANT `operator` TO `mha`@`%`'], []],
] as const) {
  test(`missing privileges: ${what}`, () => assert.deepEqual(missingPrivileges(grants).map((one) => one.what), missing));
}
