// moto does not say which public address leads to a private one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ec2Address, Ec2Api } from '../../../../src/context/Clouds.ts';
import type { AwsHosts } from '../../../../src/vip/aws/hosts.ts';
import { elasticIp } from '../../../../src/vip/aws/elasticIp.ts';
import type { Finding, VipHost } from '../../../../src/vip/Provider.ts';

function check(first: Partial<Ec2Address>): Promise<readonly Finding[]> {
  const ec2: Partial<Ec2Api> = {
    elasticIp: () => Promise.resolve({ allocationId: 'eipalloc-1', associationId: null, interfaceId: null }),
    associate: (_, id, dryRun) => {
      assert.deepEqual([id, dryRun], ['eni-1', true]);
      return Promise.resolve();
    },
  };
  const addresses = [
    { address: '10.0.0.1', primary: true, publicIp: null, isElastic: false, ...first },
    { address: '10.0.0.2', primary: false, publicIp: '198.51.100.8', isElastic: true },
  ];
  const hosts: Partial<AwsHosts> = {
    ec2: () => Promise.resolve(ec2 as Ec2Api),
    interfaceOf: () =>
      Promise.resolve({
        id: 'eni-1',
        instanceId: 'i-1',
        subnetId: 'subnet-1',
        vpcId: 'vpc-1',
        sourceDestCheck: true,
        addresses,
      }),
  };
  return elasticIp('203.0.113.155', hosts as AwsHosts).check({ name: 'db10' } as VipHost);
}

test('a host would lose the public address that it has', async () => {
  assert.deepEqual(await check({}), []);
  assert.deepEqual(await check({ publicIp: '203.0.113.155', isElastic: true }), []);
  const told = async (first: Partial<Ec2Address>): Promise<unknown> =>
    (await check(first)).map(({ severity, text }) => [severity, text]);
  assert.deepEqual(await told({ publicIp: '198.51.100.7', isElastic: true }), [
    [
      'error',
      'AWS: eni-1 (db10) has an Elastic IP of its own, 198.51.100.7, which 203.0.113.155 would take the place of',
    ],
  ]);
  assert.deepEqual(await told({ publicIp: '198.51.100.7' }), [
    ['warning', 'AWS: db10 loses its own public address 198.51.100.7 when it gets 203.0.113.155'],
  ]);
});
