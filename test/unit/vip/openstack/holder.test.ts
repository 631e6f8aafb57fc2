import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NeutronApi, NeutronFloatingIp } from '../../../../src/context/OpenStack.ts';
import { openstackHolder } from '../../../../src/vip/openstack/holder.ts';
import type { VipHost } from '../../../../src/vip/Provider.ts';
import { fakeNeutron, neutronPort } from '../../../doubles/neutron.ts';

const holder = (method: 'floating-ip' | 'allowed-address-pair', neutron: Partial<NeutronApi>, address = '10.0.0.155') =>
  openstackHolder(address, method, { neutron: () => Promise.resolve(neutron as NeutronApi) })({} as VipHost);

test('a floating IP: where it leads, nowhere, or there is none, which is not "nowhere"', async () => {
  const leads = (...ports: readonly (string | null)[]) => {
    const found = ports.map((port_id) => ({ port_id }) as NeutronFloatingIp);
    return holder('floating-ip', { floatingIps: () => Promise.resolve(found) });
  };
  assert.deepEqual([await leads('port-1'), await leads(null)], ['port-1', null]);
  await assert.rejects(leads(), { kind: 'address', message: /10\.0\.0\.155/ });
});

test('an address pair: a single address, however it is written, and no network that covers it', async () => {
  const has = (pair: string, address?: string) =>
    holder('allowed-address-pair', fakeNeutron([neutronPort(1), neutronPort(2, [{ ip_address: pair }])]), address);
  assert.equal(await has('10.0.0.155'), 'port-2');
  assert.equal(await has('10.0.0.155/32'), 'port-2');
  assert.equal(await has('FD00:0::A5/128', 'fd00::a5'), 'port-2');
  assert.equal(await has('10.0.0.0/24'), null);
  assert.equal(await has('10.0.0.15'), null);
});
