import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import type { Notice } from '../../../../src/procedures/monitor/clusterState.ts';
import { afterClosing } from '../../../../src/procedures/orders/afterClosing.ts';
import { readOrders } from '../../../../src/procedures/orders/standingOrders.ts';
import { shell } from '../../../doubles/tools.ts';
import { app, cluster, file, given } from './orderCases.ts';

/** db10 is closed, and has this. */
async function after(gtids: string, options = '') {
  const { state, tools } = cluster(options);
  Object.assign(state.db10, { gtids, readOnly: true });
  Object.assign(state.db11, { gtids: '0-10-42,0-11-7' });
  tools.files.texts.set(file.path, file.text);
  await given(tools);
  const notices: Notice[] = [];
  const all = { ...tools, connect: { ...tools.connect, local: shell(() => ({ code: 2 })) } };
  await afterClosing('db10', app, 'a test', (notice) => notices.push(notice), all);
  const orders = await readOrders(tools, 'c');
  return { state, notices, order: isUnknown(orders) ? undefined : orders.standing[0] };
}

test('nothing more: that is told, and in the record', async () => {
  const { notices, order } = await after('0-10-42');
  assert.deepEqual(
    notices.map(({ subject }) => subject),
    ['db10 has nothing more'],
  );
  assert.match(order?.compared ?? '', /^2026-/);
});

test('auto_rejoin of one that has more: refused, and people are told', async () => {
  const { state, notices, order } = await after('0-10-43', 'auto_rejoin = yes\n');
  const [notice, ...more] = notices;
  assert.deepEqual([notice?.subject, more], ['db10 has writes that the new master lacks', []]);
  assert.match(
    notice?.text ?? '',
    /^db10 has what db11 lacks \(0-10-43\.\.43\)[^]*auto_rejoin does not make it a replica/,
  );
  assert.deepEqual([state.db10.readOnly, state.db10.source], [true, null]);
  assert.match(order?.divergence ?? '', /^db10 has what db11 lacks/);
});

test('auto_rejoin that cannot be: told with the reason', async () => {
  const { state, notices } = await after('0-10-42', 'auto_rejoin = yes\n');
  const last = notices.at(-1);
  assert.equal(last?.subject, 'auto_rejoin of db10');
  // This db10 does not carry out CHANGE MASTER.
  assert.match(last.text, /^it was not made a replica: /);
  assert.equal(state.db10.readOnly, true);
});
