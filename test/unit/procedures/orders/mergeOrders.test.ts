import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeOrders } from '../../../../src/procedures/orders/mergeOrders.ts';
import type { Closed, Lifted, Orders, StandingOrder } from '../../../../src/procedures/orders/standingOrders.ts';
import { order } from './orderCases.ts';

const later = '2026-02-01T03:00:00.000Z';
const none: Orders = { standing: [], lifted: [] };
const lifted: Lifted = { host: 'db10', given: order.given, at: '2026-01-31T04:00:00.000Z', by: 'mgr2' };
const closed: Closed = { at: later, by: 'mha-helper monitor', position: null, gtid: null, tookWrites: true };
const standing = (...orders: readonly StandingOrder[]): Orders => ({ ...none, standing: orders });

test('an order that this host does not know is taken in, without the process of another host', () => {
  const theirs = standing({ ...order, caller: { pid: 7, startTicks: '1' } });
  assert.deepEqual(mergeOrders(none, theirs), standing({ ...order, foreign: true }));
});

test('where there is nothing new the record of this host stays as it is, its own process too', () => {
  const mine = standing({ ...order, caller: { pid: 7, startTicks: '1' } });
  for (const theirs of [none, mine, standing({ ...order, given: '2026-01-01T00:00:00.000Z' })])
    assert.equal(mergeOrders(mine, theirs), mine);
});

test('of the same server the later order counts, of the same order the one that was carried out', () => {
  assert.equal(mergeOrders(standing(order), standing({ ...order, given: later })).standing[0]?.given, later);
  assert.deepEqual(mergeOrders(standing(order), standing({ ...order, closed })).standing[0]?.closed, closed);
  const mine = standing({ ...order, closed });
  assert.equal(mergeOrders(mine, standing(order)), mine);
});

test('an order that was lifted on either host does not stand, one that was given later does', () => {
  const theirs: Orders = { standing: [], lifted: [lifted] };
  assert.deepEqual(mergeOrders(standing(order), theirs), theirs);
  assert.deepEqual(mergeOrders({ standing: [], lifted: [lifted] }, standing(order)).standing, []);
  const again = standing({ ...order, given: later });
  assert.deepEqual(mergeOrders(again, theirs).standing, again.standing);
  const other = { ...order, server: { ...order.server, host: 'db12' } };
  assert.deepEqual(mergeOrders(standing(other), theirs).standing, [other]);
});
