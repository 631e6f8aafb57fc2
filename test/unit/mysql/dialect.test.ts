import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialectOf, isSet, readOnlyOf } from '../../../src/mysql/dialect.ts';
import { isClientSession } from '../../../src/mysql/sessionRules.ts';
import { session } from '../../doubles/server.ts';

test('versions as servers really name them', () => {
  const seen = [
    '10.11.6-MariaDB-0+deb12u1-log',
    '5.5.5-10.3.39-MariaDB',
    '11.8.3-MariaDB-0+deb13u1',
    '12.0.2-MariaDB',
    '5.6.24-log',
    '5.7.7-rc',
    '5.7.44-48-log',
    '8.0.36',
    '8.2.0',
    '8.4.3',
    '9.7.4',
  ].map((version) => {
    const { name, binlogStatus, superReadOnly, persists } = dialectOf(version);
    return `${name}: ${binlogStatus}${superReadOnly ? ', super_read_only' : ''}${persists ? ', SET PERSIST' : ''}`;
  });
  assert.deepEqual(seen, [
    'MariaDB 10.11.6: SHOW MASTER STATUS',
    'MariaDB 10.3.39: SHOW MASTER STATUS',
    'MariaDB 11.8.3: SHOW MASTER STATUS',
    'MariaDB 12.0.2: SHOW MASTER STATUS',
    'MySQL 5.6.24: SHOW MASTER STATUS',
    'MySQL 5.7.7: SHOW MASTER STATUS',
    'MySQL 5.7.44: SHOW MASTER STATUS, super_read_only',
    'MySQL 8.0.36: SHOW MASTER STATUS, super_read_only, SET PERSIST',
    'MySQL 8.2.0: SHOW BINARY LOG STATUS, super_read_only, SET PERSIST',
    'MySQL 8.4.3: SHOW BINARY LOG STATUS, super_read_only, SET PERSIST',
    'MySQL 9.7.4: SHOW BINARY LOG STATUS, super_read_only, SET PERSIST',
  ]);
});

test('read_only: what is neither on nor off is not known', () => {
  assert.deepEqual([1, '1', 'ON', 'on', 'NO_LOCK', 'NO_LOCK_NO_ADMIN'].map(readOnlyOf), Array(6).fill(true));
  assert.deepEqual([0, '0', 'OFF', 'off'].map(readOnlyOf), Array(4).fill(false));
  assert.deepEqual([undefined, null, '', 'x', 2, -1, NaN, 'NULL'].map(readOnlyOf), Array(8).fill(null));
});

test('switches of a server', () => {
  assert.deepEqual([0, '0', 'OFF', null, 1, '1', 'ON', 'NO_LOCK', 'NO_LOCK_NO_ADMIN'].map(isSet), [
    false,
    false,
    false,
    false,
    true,
    true,
    true,
    true,
    true,
  ]);
});

test('whose session may be terminated', () => {
  const spared = [
    session(5),
    session(1, { command: 'Binlog Dump' }),
    session(1, { command: 'Binlog Dump GTID' }),
    session(1, { command: 'Slave_IO' }),
    session(1, { command: 'Slave_SQL' }),
    session(1, { command: 'Slave_worker' }),
    session(1, { user: 'system user', command: 'Connect' }),
    session(1, { user: 'event_scheduler', command: 'Daemon' }),
    session(1, { command: 'Daemon' }),
  ];
  assert.deepEqual(
    spared.filter((one) => isClientSession(one, 5)),
    [],
  );
  const clients = [
    session(1),
    session(1, { user: 'root', command: 'Query' }),
    session(1, { user: 'unauthenticated user', command: 'Connect' }),
  ];
  assert.deepEqual(
    clients.filter((one) => isClientSession(one, 5)),
    clients,
  );
});
