import assert from 'node:assert/strict';
import { test } from 'node:test';
import { none } from '../../../src/vip/none.ts';
import type { VipHost } from '../../../src/vip/Provider.ts';

test('no address: nobody has it, nothing is left to do, and a dead host is no obstacle', async () => {
  const host = {} as VipHost;
  assert.equal(none.address, null);
  assert.equal(none.worksWithoutHost, true);
  assert.equal(await none.holds(host), false);
  assert.deepEqual(await none.answersElsewhere(host, 'insist'), { kind: 'nobody' });
  assert.deepEqual([await none.release(host), await none.assign(host), await none.check(host)], [[], [], []]);
});
