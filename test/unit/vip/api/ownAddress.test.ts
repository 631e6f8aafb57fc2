import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import { ownAddress } from '../../../../src/vip/api/ownAddress.ts';
import type { VipHost } from '../../../../src/vip/Provider.ts';

const of = (ip: string, found: readonly string[]): Promise<string> =>
  ownAddress({ ip } as VipHost, () => Promise.resolve(found), 1);

test('an address is its own; of a name the IPv4 one, as MHA has it', async () => {
  assert.equal(await of('10.0.0.1', ['10.9.9.9']), '10.0.0.1');
  assert.equal(await of('fd00::1', ['10.9.9.9']), 'fd00::1');
  assert.equal(await of('db10', ['fd00::1', '10.0.0.1', '10.0.0.2']), '10.0.0.1');
  assert.equal(await of('db10', ['fd00::1', 'fd00::2']), 'fd00::1');
});

test('a name that is not found is told of by whoever asked for it', async () => {
  const lookup = () => Promise.reject(new Failure('address', 'not found'));
  await assert.rejects(ownAddress({ ip: 'db10' } as VipHost, lookup, 1), { kind: 'address' });
});
