import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWorking } from '../../../src/mysql/Server.ts';
import { session } from '../../doubles/server.ts';

test('worth waiting for: a statement that runs, and a transaction that is open between two of them', () => {
  assert.ok(isWorking(session(1, { command: 'Query' })));
  assert.ok(isWorking(session(1, { command: 'Execute' })));
  assert.ok(isWorking(session(1, { command: 'Sleep', inTransaction: true })));
});

test('not worth waiting for: an idle session, and one that is only logging in', () => {
  assert.ok(!isWorking(session(1, { command: 'Sleep' })));
  assert.ok(!isWorking(session(1, { command: 'Connect' })));
});
