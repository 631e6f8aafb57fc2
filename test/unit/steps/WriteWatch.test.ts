import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WriteWatch } from '../../../src/steps/WriteWatch.ts';
import { FakeServer, session } from '../../doubles/server.ts';

test('who was ever there is kept, each account and host once, whatever the port', async () => {
  const watch = new WriteWatch();
  assert.deepEqual([watch.anybody, watch.who], [false, '']);
  const server = new FakeServer('db10');
  server.sessions = [session(1), session(2, { client: '192.168.10.200:5000' }), session(3, { user: 'batch' })];
  assert.equal((await watch.list(server)).length, 3);
  server.sessions = [];
  assert.deepEqual(await watch.list(server), []);
  assert.ok(watch.anybody);
  assert.equal(watch.who, 'app from 192.168.10.200, batch from 192.168.10.200');
});

test('a message names three of them at most', () => {
  const watch = new WriteWatch();
  watch.sees(['a', 'b', 'c', 'd'].map((user, id) => session(id, { user, client: 'localhost' })));
  assert.equal(watch.who, 'a from localhost, b from localhost, c from localhost');
});

test('an IPv6 client loses its port, not the end of its address', () => {
  const watch = new WriteWatch();
  watch.sees([session(1, { client: 'fd00::200:4711' })]);
  assert.equal(watch.who, 'app from fd00::200');
});

test('frozen clients cannot come back; one without work need not go, once the server is read-only', async () => {
  const watch = new WriteWatch();
  watch.frozen = new Set(['10.0.0.7:5000', 'fd00::7:5000', '10.0.0.7:5001']);
  const server = new FakeServer('db10');
  const idle = [session(1, { client: '10.0.0.7:5000' }), session(2, { client: '[fd00::7]:5000' })];
  const working = session(3, { client: '10.0.0.7:5001', inTransaction: true });
  server.sessions = [...idle, working];
  assert.equal((await watch.list(server)).length, 3, 'one of them may hold a lock');
  watch.baseline = 'bin.000001:4';
  assert.deepEqual(await watch.list(server), [working]);
  assert.deepEqual([watch.anybody, watch.nobodyLeft], [false, false]);
  server.sessions = idle;
  assert.deepEqual(await watch.list(server), []);
  assert.ok(watch.nobodyLeft);
  server.sessions = [session(4, { client: '10.0.0.7:5002' })];
  assert.equal((await watch.list(server)).length, 1);
  assert.ok(watch.anybody && !watch.nobodyLeft, 'another connection of the same client');
});
