import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderWatch } from '../../../../src/procedures/orders/OrderWatch.ts';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import { ordersPath } from '../../../../src/procedures/orders/standingOrders.ts';
import { shell } from '../../../doubles/tools.ts';
import { app, cluster, given } from './orderCases.ts';

function watched() {
  const { state, tools } = cluster();
  // Names of the servers, for who replicates from whom.
  const connect = { ...tools.connect, local: shell(() => ({ code: 2 })) };
  const all = { ...tools, connect };
  const watch = new OrderWatch(all);
  const tick = async (): Promise<void> => {
    tools.clock.advance(1_000);
    await watch.tick(app, 'c');
    await watch.settled();
  };
  const standing = (): number => (isUnknown(watch.orders) ? -1 : watch.orders.standing.length);
  return { state, tools: all, watch, tick, standing };
}

test('nothing stands: nobody is asked', async () => {
  const { watch, tick, tools } = watched();
  await tick();
  assert.deepEqual([watch.trouble, watch.takeNotices(), tools.log.lines], [null, [], []]);
});

test('an old master that comes back writable is closed as soon as it answers, and people are told once', async () => {
  const { state, tools, watch, tick } = watched();
  await given(tools);
  state.db10.up = false;
  await tick();
  await tick();
  assert.deepEqual(watch.takeNotices(), []);
  state.db10.up = true;
  await tick();
  assert.equal(state.db10.readOnly, true);
  // What it has is compared too; this cluster's file is none.
  const closed = () => watch.takeNotices().filter(({ subject }) => subject.endsWith('was closed'));
  const [notice, ...more] = closed();
  assert.equal(notice?.subject, 'db10 is back and was closed');
  assert.match(notice.text, /writable[^]*mha-helper rejoin db10 -c \/etc\/mha\/a\.cnf/);
  await tick();
  assert.deepEqual([more, closed(), watch.trouble], [[], [], null]);
  // The order stands: whoever opens it again by hand is told, and it is closed.
  state.db10.readOnly = false;
  await tick();
  await tick();
  assert.equal(state.db10.readOnly, true);
  assert.equal(closed().length, 1);
});

test('a monitor that is started later does the same', async () => {
  const { state, tools, tick } = watched();
  await given(tools);
  const later = new OrderWatch(tools);
  await later.tick(app, 'c');
  await later.settled();
  assert.equal(state.db10.readOnly, true);
  await tick();
});

test('one that cannot be closed is trouble, with the reason and both ways out', async () => {
  const { state, tools, watch, tick } = watched();
  await given(tools);
  state.db11.up = false;
  for (let count = 0; count < 5; count += 1) await tick();
  assert.equal(state.db10.readOnly, false);
  assert.match(watch.trouble ?? '', /^db10, the old master, takes writes and was NOT closed: .*db11/);
  assert.match(watch.trouble ?? '', /mha-helper rejoin db10 .*mha-helper order lift db10/);
  state.db11.up = true;
  for (let count = 0; count < 5; count += 1) await tick();
  assert.deepEqual([watch.trouble, state.db10.readOnly], [null, true]);
});

test('one that replicates again needs no order', async () => {
  const { state, tools, tick, standing } = watched();
  await given(tools);
  state.db10.readOnly = true;
  await tick();
  assert.equal(standing(), 1);
  state.db10.source = '10.0.0.11';
  await tick();
  await tick();
  assert.equal(standing(), 0);
});

test('a record that cannot be read is trouble', async () => {
  const { tools, watch, tick } = watched();
  tools.files.texts.set(ordersPath(tools.places, 'c'), 'half a li');
  await tick();
  assert.match(watch.trouble ?? '', /^it is not known which old masters must be closed: /);
});
