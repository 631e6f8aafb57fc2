import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import { carryOutOrder, endOfOrder } from '../../../../src/procedures/orders/carryOutOrder.ts';
import { readOrders } from '../../../../src/procedures/orders/standingOrders.ts';
import { app, cluster, given, order } from './orderCases.ts';

async function recorded(tools: Parameters<typeof readOrders>[0]) {
  const orders = await readOrders(tools, 'c');
  return isUnknown(orders) ? assert.fail(orders.unknown) : orders.standing[0];
}

test('an old master that is writable is closed, and stays so whatever comes of the rest', async () => {
  const { state, tools } = cluster();
  const result = await carryOutOrder(await given(tools), app, 'c', 'a test', tools);
  assert.equal(result.kind, 'closed');
  assert.deepEqual([state.db10.readOnly, state.db11.readOnly], [true, false]);
  const { closed, refusal } = (await recorded(tools)) ?? assert.fail('no order');
  assert.deepEqual([closed?.by, closed?.tookWrites, refusal], ['a test', true, null]);
  // No run of the hooks: nobody undoes it, and a switch's handover is still the last run.
  assert.equal(tools.files.texts.has('/var/lib/mha-helper/c.journal'), false);
});

test('one that is read-only already is noted, and not said to have taken writes', async () => {
  const { state, tools } = cluster();
  state.db10.readOnly = true;
  const result = await carryOutOrder(await given(tools), app, 'c', 'a test', tools);
  assert.equal(result.kind === 'closed' && !result.closed.tookWrites, true);
});

test('the master of today is left alone, and the reason is in the record', async () => {
  const { state, tools } = cluster();
  state.db11.readOnly = true;
  state.db12.source = '10.0.0.10';
  const result = await carryOutOrder(await given(tools), app, 'c', 'a test', tools);
  assert.deepEqual(result, { kind: 'refused', why: 'db11, which took over, takes no writes now' });
  assert.equal(state.db10.readOnly, false);
  assert.equal((await recorded(tools))?.refusal, 'db11, which took over, takes no writes now');
  // Nothing was done, so nothing is said in the log.
  assert.deepEqual(tools.log.lines, []);
});

test('one that does not answer is tried again, and an order that was lifted meanwhile is none', async () => {
  const { state, tools } = cluster();
  state.db10.up = false;
  assert.equal((await carryOutOrder(await given(tools), app, 'c', 'a test', tools)).kind, 'silent');
  const other = cluster();
  assert.deepEqual(await carryOutOrder(order, app, 'c', 'a test', other.tools), { kind: 'lifted' });
  assert.equal(other.state.db10.readOnly, false);
});

test('another run at work: later', async () => {
  const { state, tools } = cluster();
  const locks = { take: () => Promise.resolve({ kind: 'held', owner: '"hard start" of db11' } as const) };
  const result = await carryOutOrder(await given(tools), app, 'c', 'a test', { ...tools, locks });
  assert.match(
    result.kind === 'refused' ? result.why : '',
    /another run of cluster c is at work: "hard start" of db11/,
  );
  assert.equal(state.db10.readOnly, false);
});

test('MHA may have taken the dead master out of its file: then the account of the others is used', () => {
  assert.deepEqual(
    endOfOrder({ ...order, server: { host: 'db99', ip: '10.0.0.99', port: 3306, sshPort: 2202 } }, app),
    { host: 'db99', ip: '10.0.0.99', port: 3306, sshPort: 2202, user: 'u', password: 'p' },
  );
});

test('an old master that is slow does not keep the lock from a failover', async () => {
  const { tools } = cluster();
  const slow: typeof tools.connect.mysql = async (target, ms) => {
    const connection = await tools.connect.mysql(target, ms);
    if (target.label !== 'db10') return connection;
    return {
      ...connection,
      query: (sql, values, limitMs) => {
        tools.clock.advance(4_000);
        return connection.query(sql, values, limitMs);
      },
    };
  };
  const began = tools.clock.monotonic();
  await carryOutOrder(await given(tools), app, 'c', 'a test', { ...tools, connect: { ...tools.connect, mysql: slow } });
  assert.ok(tools.clock.monotonic() - began < 30_000, `${tools.clock.monotonic() - began} ms`);
});

test('what the caller has read may be an older order for the same server', async () => {
  const { state, tools } = cluster();
  state.db10.readOnly = true;
  const now = await given(tools);
  const closed = { at: 'long ago', by: 'somebody', position: null, gtid: null, tookWrites: false };
  await carryOutOrder({ ...now, master: 'db99', closed }, app, 'c', 'a test', tools);
  assert.equal((await recorded(tools))?.closed?.by, 'a test');
});
