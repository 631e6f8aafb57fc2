import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liftOrder } from '../../../../src/procedures/orders/liftOrder.ts';
import { cluster, given, order } from './orderCases.ts';

test('lifted once', async () => {
  const { tools } = cluster();
  await given(tools);
  assert.equal(await liftOrder('c', order.server, 'ann', tools), true);
  assert.equal(await liftOrder('c', order.server, 'ann', tools), false);
  assert.match(tools.files.texts.get('/var/lib/mha-helper/orders/c.json') ?? '', /"by": "ann"/);
});

test('not while another run is at work', async () => {
  const { tools } = cluster();
  await given(tools);
  const locks = { take: () => Promise.resolve({ kind: 'held', owner: '"hard start" of db11' } as const) };
  await assert.rejects(liftOrder('c', order.server, 'ann', { ...tools, locks }), {
    kind: 'refused',
    message: /not changed: "hard start" of db11 is at work/,
  });
});
