import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedNotice, describeOrders, fencedNotice } from '../../../../src/procedures/orders/describeOrders.ts';
import { order } from './orderCases.ts';

const said = (more: object): string => describeOrders({ standing: [{ ...order, ...more }], lifted: [] }).join('\n');

test('each order has one line with how it stands and what to do', () => {
  const what = 'standing order: db10 must not take writes nor have the writer address (failover to db11, ';
  const rejoin = 'make it a replica: mha-helper rejoin db10 -c /etc/mha/a.cnf';
  assert.equal(said({}), `${what}${order.given}); not carried out yet: it has not answered; ${rejoin}`);
  const closed = { at: 'then', by: 'mha-helper monitor', position: 'bin.7:99', gtid: null, tookWrites: true };
  assert.match(said({ closed }), /; closed then by mha-helper monitor, binary log bin\.7:99; make it a replica: /);
  assert.match(said({ closed, refusal: 'why' }), /; NOT carried out: why; .*; or, .*: mha-helper order lift db10 -c /);
  assert.match(said({ conf: null }), /mha-helper rejoin db10 -c APP\.CNF$/);
});

test('one that was cut off', () => {
  const fenced = { at: 'then', by: 'hard stop' };
  assert.match(
    said({ fenced }),
    /; cut off by fence_command then \(hard stop\); not carried out yet: it has not answered since;/,
  );
});

test('what the monitor tells begins with a line that says it all, and ends with what to do', () => {
  const closed = { at: 'then', by: 'mha-helper monitor', position: null, gtid: null, tookWrites: true };
  for (const { text } of [
    closedNotice(order, closed, true),
    fencedNotice(order, { kind: 'off', said: 'is off' }),
    fencedNotice(order, { kind: 'failed', why: 'why' }),
  ]) {
    assert.match(text, /^db10, the old master, .*(closed then|cut it off: is off|; why)[^]*mha-helper rejoin db10 -c/);
  }
});

test('nothing stands, and nothing is known', () => {
  assert.deepEqual(describeOrders({ standing: [], lifted: [] }), []);
  assert.match(
    describeOrders({ unknown: 'torn' })[0] ?? '',
    /^it is not known which old masters must be closed: torn$/,
  );
});
