import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../../../src/context/budget.ts';
import type { Ec2Api, Ec2Interface, Ec2Target } from '../../../../src/context/Clouds.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { NoPlace } from '../../../../src/vip/api/NoPlace.ts';
import { awsHosts, type AwsTools } from '../../../../src/vip/aws/hosts.ts';
import type { VipHost } from '../../../../src/vip/Provider.ts';
import { FakeClock } from '../../../doubles/clock.ts';

const host = (name: string, options: object = {}): VipHost =>
  ({
    name,
    ip: '10.0.0.10',
    settings: { file: '/e/c.conf', options: { step_timeout: 10, connect_timeout: 3, aws_region: 'r', ...options } },
  }) as VipHost;

/** @param found ids of the interfaces that EC2 has, for any filter */
function world(...found: readonly string[]) {
  const clock = new FakeClock();
  const filters: unknown[] = [];
  const targets: Ec2Target[] = [];
  const ec2: Partial<Ec2Api> = {
    interfaces: (filter) => {
      filters.push(filter);
      return Promise.resolve(found.map((id) => ({ id }) as Ec2Interface));
    },
  };
  const tools = {
    clock,
    budget: new Budget(clock, 'the test', 60_000),
    connect: {
      lookup: () => assert.fail('the address is known'),
      ec2: (target: Ec2Target) => {
        targets.push(target);
        return Promise.resolve(ec2 as Ec2Api);
      },
    },
  };
  return { clock, filters, targets, hosts: awsHosts(tools as unknown as AwsTools) };
}

test('an interface is looked up once, by what says most', async () => {
  for (const [options, filter] of [
    [{ aws_network_interface_id: 'eni-1', aws_instance_id: 'i-1' }, { 'network-interface-id': 'eni-1' }],
    [{ aws_instance_id: 'i-1' }, { 'attachment.instance-id': 'i-1', 'attachment.device-index': '0' }],
    [{}, { 'addresses.private-ip-address': '10.0.0.10' }],
  ] as const) {
    const { hosts, filters } = world('eni-1');
    const db10 = host('db10', options);
    assert.equal((await hosts.interfaceOf(db10)).id, 'eni-1');
    await hosts.interfaceOf(db10);
    assert.deepEqual(filters, [filter]);
  }
});

test('none, several, and one for two hosts: nothing may move there', async () => {
  await assert.rejects(world().hosts.interfaceOf(host('db10')), (error) => error instanceof NoPlace);
  await assert.rejects(world('eni-1', 'eni-2').hosts.interfaceOf(host('db10')), {
    kind: 'address',
    message: /eni-1, eni-2/,
  });
  const { hosts } = world('eni-1');
  await hosts.interfaceOf(host('db10'));
  await assert.rejects(hosts.interfaceOf(host('db11')), { kind: 'config', message: /db10 and db11/ });
});

test('hosts of one region and account share a client', async () => {
  const { hosts, targets } = world();
  for (const one of [host('db10'), host('db11'), host('db12', { aws_region: 's' })]) await hosts.ec2(one);
  assert.deepEqual(
    targets.map(({ region }) => region),
    ['r', 's'],
  );
});

test('a change whose answer is lost counts as made when it is so; one that was refused does not', async () => {
  const { hosts } = world();
  const lost = () => Promise.reject(new Failure('deadline', 'late'));
  const refused = () => Promise.reject(new Failure('address', 'no'));
  const so = (is: boolean) => () => Promise.resolve(is);
  await hosts.change(lost, so(true));
  await assert.rejects(hosts.change(lost, so(false)), { kind: 'deadline' });
  await assert.rejects(
    hosts.change(lost, () => Promise.reject(new Error('blind'))),
    { kind: 'deadline', message: 'late' },
  );
  await assert.rejects(hosts.change(refused, so(true)), { kind: 'address' });
});

test('what does not come about within the limit of a step is told', async () => {
  const { hosts, clock } = world();
  await assert.rejects(
    hosts.until(host('db10'), 'that eni-1 has it', () => Promise.resolve(false)),
    { kind: 'deadline', message: /that eni-1 has it.*10 s/ },
  );
  assert.ok(clock.monotonic() > 8_000 && clock.monotonic() <= 10_000);
});
