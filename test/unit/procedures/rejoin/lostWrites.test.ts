import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acknowledgedText, writeLost, type LostWrites } from '../../../../src/procedures/rejoin/lostWrites.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { order } from '../orders/orderCases.ts';

test('one file for each failover: unknown first, then what was found', async () => {
  const tools = fakeTools('');
  const read = (path: string) => JSON.parse(tools.files.texts.get(path) ?? '') as LostWrites;
  const path = await writeLost('c', order, null, tools);
  assert.equal(path, '/var/lib/mha-helper/lost/c-db10-20260131T030000000Z.json');
  assert.deepEqual([read(path).read, read(path).lost, read(path).transactions], [null, null, null]);
  const counted = { transactions: 2, rows: new Map([['app.writes', 3]]), statements: 0 };
  assert.equal(await writeLost('c', order, { which: '0-10-5..6', counted, kept: ['/x as text'] }, tools), path);
  const { lost, which, transactions, rows } = read(path);
  assert.deepEqual([lost, which, transactions, rows], [true, '0-10-5..6', 2, { 'app.writes': 3 }]);
  await writeLost('c', order, 'nothing', tools);
  assert.deepEqual([read(path).lost, read(path).transactions], [false, 0]);
});

test('what it means for clients', () => {
  assert.match(acknowledgedText({ semiSynchronous: true }), /only if the old one had fallen back$/);
  assert.match(acknowledgedText({ semiSynchronous: false }), /^replication was asynchronous/);
  assert.match(acknowledgedText({}), /is not known$/);
});
