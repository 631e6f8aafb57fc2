import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeOrders } from '../../../../src/procedures/managers/takeOrders.ts';
import { giveOrder, readOrders } from '../../../../src/procedures/orders/standingOrders.ts';
import { cluster, order } from '../orders/orderCases.ts';

const theirs = { standing: [order], lifted: [] };

test('what the last leader has ordered is recorded here, and said once', async () => {
  const { tools } = cluster();
  assert.deepEqual(await takeOrders('c', theirs, tools), ['a standing order is taken over: db10 must stay closed']);
  assert.deepEqual(await readOrders(tools, 'c'), { ...theirs, standing: [{ ...order, foreign: true }] });
  assert.deepEqual(await takeOrders('c', theirs, tools), []);
});

test('a leader that has told nothing changes nothing, and that is said', async () => {
  const { tools } = cluster();
  await giveOrder(tools, 'c', order);
  assert.match((await takeOrders('c', null, tools))[0] ?? '', /has told nobody which old masters/);
  assert.deepEqual(await readOrders(tools, 'c'), theirs);
});

test('a record of this host that cannot be read is left as it is', async () => {
  const { tools } = cluster();
  const path = '/var/lib/mha-helper/orders/c.json';
  tools.files.texts.set(path, 'torn');
  assert.match((await takeOrders('c', theirs, tools))[0] ?? '', /cannot be read/);
  assert.equal(tools.files.texts.get(path), 'torn');
});
