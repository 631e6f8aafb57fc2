import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OptionSet } from '../../../../src/config/options.ts';
import type { Ec2Api, Ec2Interface } from '../../../../src/context/Clouds.ts';
import { awsHolder } from '../../../../src/vip/aws/holder.ts';
import type { VipHost } from '../../../../src/vip/Provider.ts';

const host = { name: 'db10', settings: { options: {} } } as VipHost;
const holder = (method: NonNullable<OptionSet['aws_method']>, ec2: Partial<Ec2Api>): Promise<string | null> =>
  awsHolder('10.0.0.155', method, { ec2: () => Promise.resolve(ec2 as Ec2Api) })(host);
const alive = (...ids: readonly string[]): Pick<Ec2Api, 'interfaces'> => ({
  interfaces: (filter) =>
    Promise.resolve(ids.filter((id) => id === filter['network-interface-id']).map((id) => ({ id }) as Ec2Interface)),
});
const tables = (...targets: readonly (string | null)[]): Pick<Ec2Api, 'routeTables'> => ({
  routeTables: () =>
    Promise.resolve(
      targets.map((target, index) => ({ id: `rtb-${index}`, routes: new Map([['10.0.0.155/32', target]]) })),
    ),
});

test('an Elastic IP: where it leads, nowhere, or there is none, which is not "nowhere"', async () => {
  const leads = (interfaceId: string | null) =>
    holder('elastic-ip', { elasticIp: () => Promise.resolve({ allocationId: 'a', associationId: null, interfaceId }) });
  assert.deepEqual([await leads('eni-1'), await leads(null)], ['eni-1', null]);
  await assert.rejects(holder('elastic-ip', { elasticIp: () => Promise.resolve(null) }), {
    kind: 'address',
    message: /10\.0\.0\.155/,
  });
});

test('a private address: the interface that has it', async () => {
  const has = (...ids: readonly string[]) =>
    holder('private-ip', {
      interfaces: (filter) => {
        assert.deepEqual(filter, { 'addresses.private-ip-address': '10.0.0.155' });
        return Promise.resolve(ids.map((id) => ({ id }) as Ec2Interface));
      },
    });
  assert.deepEqual([await has('eni-1'), await has()], ['eni-1', null]);
});

test('routes: one that leads to an interface that is gone leads nobody anywhere', async () => {
  const led = (targets: readonly (string | null)[], ...living: readonly string[]) =>
    holder('route-table', { ...tables(...targets), ...alive(...living) });
  assert.equal(await led(['eni-1', 'eni-1'], 'eni-1'), 'eni-1');
  assert.equal(await led(['eni-1', 'eni-2'], 'eni-2'), 'eni-2');
  assert.equal(await led(['eni-1']), null);
  assert.equal(await led([]), null);
  assert.equal(
    await holder('route-table', {
      routeTables: () => Promise.resolve([{ id: 'r', routes: new Map([['0.0.0.0/0', 'x']]) }]),
    }),
    null,
  );
  assert.match((await led([null], 'eni-1')) ?? '', /no network interface/);
});
