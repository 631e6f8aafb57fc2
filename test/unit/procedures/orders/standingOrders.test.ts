import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import {
  changeOrders,
  giveOrder,
  lift,
  ordersPath,
  readOrders,
  update,
  withdraw,
  type Orders,
} from '../../../../src/procedures/orders/standingOrders.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { order } from './orderCases.ts';

const read = async (tools: Parameters<typeof readOrders>[0]): Promise<Orders> => {
  const orders = await readOrders(tools, 'c');
  return isUnknown(orders) ? assert.fail(orders.unknown) : orders;
};

test('no record: no order stands', async () => {
  assert.deepEqual(await read(fakeTools('')), { standing: [], lifted: [] });
});

test('an order stands until it is lifted, with the name of who did that', async () => {
  const tools = fakeTools('');
  await giveOrder(tools, 'c', order);
  await changeOrders(tools, 'c', update(order.server, { refusal: 'why' }));
  assert.deepEqual((await read(tools)).standing, [{ ...order, refusal: 'why' }]);
  await changeOrders(tools, 'c', lift(order.server, 'ann', 'then'));
  assert.deepEqual(await read(tools), {
    standing: [],
    lifted: [{ host: 'db10', given: order.given, at: 'then', by: 'ann' }],
  });
});

test('a second failover of the same server has one order, and a failover that did not happen none', async () => {
  const tools = fakeTools('');
  assert.equal(await giveOrder(tools, 'c', order), null);
  const before = await giveOrder(tools, 'c', { ...order, master: 'db12' });
  assert.deepEqual(
    (await read(tools)).standing.map(({ master }) => master),
    ['db12'],
  );
  // That one stands again which the first had given.
  await changeOrders(tools, 'c', withdraw(order.server, before));
  assert.deepEqual((await read(tools)).standing, [order]);
  await changeOrders(tools, 'c', withdraw(order.server, null));
  assert.deepEqual(await read(tools), { standing: [], lifted: [] });
});

for (const text of ['', '{"standing":[', '[]', 'null', '{"standing":[{}],"lifted":[]}', '{"standing":[]}']) {
  test(`a record that is none is unknown, and not empty: ${JSON.stringify(text)}`, async () => {
    const tools = fakeTools('');
    const path = ordersPath(tools.places, 'c');
    tools.files.texts.set(path, text);
    assert.equal(isUnknown(await readOrders(tools, 'c')), true);
    await assert.rejects(changeOrders(tools, 'c', lift(order.server, 'ann', 'then')), { kind: 'environment' });
    // A new order is given all the same, and what was there is kept.
    await giveOrder(tools, 'c', order);
    assert.deepEqual((await read(tools)).standing, [order]);
    assert.equal(tools.files.texts.get(`${path}.unreadable`), text);
  });
}

test('a record that cannot be written is said', async () => {
  const tools = fakeTools('');
  const files = {
    ...tools.files,
    read: tools.files.read.bind(tools.files),
    writePrivate: () => Promise.reject(new Error('ENOSPC')),
  };
  await assert.rejects(giveOrder({ ...tools, files }, 'c', order), /cannot be written: ENOSPC/);
});
