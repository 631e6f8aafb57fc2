import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import { fenceOld } from '../../../../src/procedures/orders/fenceOld.ts';
import { readOrders, type StandingOrder } from '../../../../src/procedures/orders/standingOrders.ts';
import { shell } from '../../../doubles/tools.ts';
import { cluster, given } from './orderCases.ts';

const configured = 'unreachable_master = fence\nfence_command = off\n';

/** @param options of mha-helper's file. @param code that fence_command ends with */
async function fenced(options: string, code = 0, more: Partial<StandingOrder> = {}) {
  const { tools } = cluster(options);
  const calls: string[] = [];
  const local = shell((argv) => {
    calls.push(argv.join(' '));
    return { code, stdout: 'is off\n' };
  });
  const order = await given(tools, more);
  const result = await fenceOld(order, 'a', 'c', 'a test', { ...tools, connect: { ...tools.connect, local } });
  const orders = await readOrders(tools, 'c');
  return { calls, result, record: isUnknown(orders) ? undefined : orders.standing[0]?.fenced };
}

test('the command cuts off the host of the old master, and the record has it', async () => {
  const { calls, result, record } = await fenced(configured);
  assert.deepEqual(calls, ['env MHA_HELPER_HOST=db10 MHA_HELPER_IP=10.0.0.10 sh -c off']);
  assert.deepEqual(result, { kind: 'off', said: 'is off' });
  assert.deepEqual(record, { at: '2026-01-31T03:00:00.000Z', by: 'a test' });
});

test('anything but exit 0 is not fenced', async () => {
  const { result, record } = await fenced(configured, 1);
  assert.match(
    result.kind === 'failed' ? result.why : '',
    /fence_command failed for db10 \(exit 1\): is off; the host may/,
  );
  assert.equal(record, undefined);
});

test('without unreachable_master = fence, and a second time, nothing is begun', async () => {
  for (const [options, more] of [
    ['fence_command = off\n', {}],
    [configured, { fenced: { at: 'then', by: 'hard stop' } }],
  ] as const) {
    const { calls, result } = await fenced(options, 0, more);
    assert.deepEqual([calls, result], [[], { kind: 'not configured' }]);
  }
});
