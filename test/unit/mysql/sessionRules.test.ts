import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isClientSession } from '../../../src/mysql/sessionRules.ts';
import { session } from '../../doubles/server.ts';

const mayEnd = (more: Parameters<typeof session>[1]): boolean => isClientSession(session(7, more), 1);

test('what a client has opened may be ended, idle or at work', () => {
  for (const command of ['Sleep', 'Query', 'Execute', 'Connect', 'Prepare']) assert.ok(mayEnd({ command }), command);
  assert.ok(mayEnd({ user: 'root' }));
});

test('our own session lives', () => {
  assert.ok(!isClientSession(session(7), 7));
});

test('replication and the server itself live, in the words of MySQL and of MariaDB', () => {
  for (const command of ['Binlog Dump', 'Binlog Dump GTID', 'Slave_IO', 'Slave_SQL', 'Slave_worker', 'Daemon'])
    assert.ok(!mayEnd({ command, user: 'repl' }), command);
  for (const user of ['system user', 'event_scheduler'])
    for (const command of ['Query', 'Connect', 'Sleep']) assert.ok(!mayEnd({ user, command }), user);
});
