import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../../../src/context/budget.ts';
import type { NeutronPort, OpenStackTarget } from '../../../../src/context/OpenStack.ts';
import { NoPlace } from '../../../../src/vip/api/NoPlace.ts';
import { openstackHosts, portInCommand, type OpenStackTools } from '../../../../src/vip/openstack/hosts.ts';
import type { VipHost } from '../../../../src/vip/Provider.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { fakeNeutron, neutronPort } from '../../../doubles/neutron.ts';

const host = (name: string, ip: string, options: object = {}): VipHost =>
  ({
    name,
    ip,
    settings: { file: '/e/c.conf', options: { step_timeout: 10, connect_timeout: 3, ...options } },
  }) as VipHost;
const db10 = host('db10', '10.0.0.1');

function world(...ports: NeutronPort[]) {
  const clock = new FakeClock();
  let logins = 0;
  const tools = {
    clock,
    budget: new Budget(clock, 'the test', 60_000),
    connect: {
      lookup: () => assert.fail('the address is known'),
      openstack: (_: OpenStackTarget) => {
        logins += 1;
        return Promise.resolve(fakeNeutron(ports));
      },
    },
  };
  return { clock, ports, hosts: openstackHosts(tools as unknown as OpenStackTools), logins: () => logins };
}

test('a port is found by its id, else by the address; one login for all', async () => {
  const { hosts, logins } = world(neutronPort(1), neutronPort(2));
  assert.equal(hosts.known(db10), undefined);
  assert.equal((await hosts.portOf(db10)).id, 'port-1');
  assert.equal(hosts.known(db10)?.id, 'port-1');
  assert.equal((await hosts.portOf(host('db11', '10.0.0.9', { openstack_port: 'port-2' }))).id, 'port-2');
  assert.equal(logins(), 1);
});

test('none, several, and one for two hosts: nothing may move there', async () => {
  await assert.rejects(world().hosts.portOf(db10), (error) => error instanceof NoPlace);
  const twin = { ...neutronPort(1), id: 'port-9' };
  await assert.rejects(world(neutronPort(1), twin).hosts.portOf(db10), { kind: 'address', message: /port-1, port-9/ });
  const { hosts } = world(neutronPort(1));
  await hosts.portOf(db10);
  await assert.rejects(hosts.portOf(host('db11', '10.0.0.1')), { kind: 'config', message: /db10 and db11/ });
});

test('the port as it was, and as it is now', async () => {
  const { hosts, ports } = world(neutronPort(1));
  await hosts.portOf(db10);
  ports[0] = { ...neutronPort(1), revision_number: 2 };
  assert.deepEqual([(await hosts.portOf(db10)).revision_number, (await hosts.portNow(db10)).revision_number], [1, 2]);
  ports.pop();
  await assert.rejects(hosts.portNow(db10), { kind: 'address', message: /port-1 of db10/ });
});

test('the address that a floating IP leads to: the one that is set, else its own, else the only one', async () => {
  const addresses = (...all: readonly string[]): NeutronPort => ({
    ...neutronPort(1),
    fixed_ips: all.map((ip_address) => ({ ip_address, subnet_id: 's' })),
  });
  const fixed = (port: NeutronPort, options: object = {}) =>
    world(port).hosts.fixedAddress(host('db10', '10.0.0.1', { openstack_port: 'port-1', ...options }));
  assert.equal(await fixed(addresses('10.0.0.1', '10.0.0.2')), '10.0.0.1');
  assert.equal(await fixed(addresses('10.0.0.1', '10.0.0.2'), { openstack_fixed_ip: '10.0.0.2' }), '10.0.0.2');
  assert.equal(await fixed(addresses('fd00::1', '10.0.0.7')), '10.0.0.7');
  await assert.rejects(fixed(addresses('10.0.0.7', '10.0.0.8')), {
    kind: 'address',
    message: /10\.0\.0\.7, 10\.0\.0\.8/,
  });
  await assert.rejects(fixed(addresses('10.0.0.7'), { openstack_fixed_ip: '10.0.0.9' }), {
    kind: 'address',
    message: /10\.0\.0\.9/,
  });
});

test('what a person types: the port that was found, that is set, or words to fill in', () => {
  assert.equal(portInCommand(db10, neutronPort(1)), 'port-1');
  assert.equal(portInCommand(host('db10', '', { openstack_port: 'port-2' }), undefined), 'port-2');
  assert.match(portInCommand(db10, undefined), /^[A-Z-]+db10$/);
});
