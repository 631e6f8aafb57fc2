// A floating IP. The router translates it, so it is on no host's interface, and one change moves it.
import type { NeutronFloatingIp } from '../../context/OpenStack.ts';
import { Failure } from '../../errors/errors.ts';
import type { AddressApi } from '../api/apiProvider.ts';
import { portInCommand, type OpenStackHosts } from './hosts.ts';
import type { Finding, VipHost } from '../Provider.ts';

export function floatingIp(address: string, hosts: OpenStackHosts): AddressApi {
  async function now(host: VipHost): Promise<NeutronFloatingIp> {
    const [found] = await (await hosts.neutron(host)).floatingIps([['floating_ip_address', address]]);
    if (found !== undefined) return found;
    throw new Failure('address', `OpenStack: there is no floating IP ${address} in this project`, {
      hint: `see writer_vip_cidr in ${host.settings.file}; are project and region right?`,
    });
  }

  async function holds(host: VipHost): Promise<'all' | 'some' | 'none'> {
    const [found, port] = await Promise.all([now(host), hosts.portOf(host)]);
    if (found.port_id !== port.id) return 'none';
    // To another address of the port, clients may still reach this host.
    return found.fixed_ip_address === (await hosts.fixedAddress(host)) ? 'all' : 'some';
  }

  return {
    name: 'OpenStack',
    prepare: async (host) => {
      await Promise.all([hosts.fixedAddress(host), now(host)]);
    },
    holds,
    async release(host) {
      const [neutron, port] = await Promise.all([hosts.neutron(host), hosts.portOf(host)]);
      await hosts.until(host, `take the floating IP ${address} away from ${host.name}`, async () => {
        const found = await now(host);
        // Never blind: that it leads to another host by now is not ours to end.
        return found.port_id !== port.id || (await neutron.detach(found));
      });
      return [];
    },
    async assign(host) {
      const [found, port, fixed] = await Promise.all([now(host), hosts.portOf(host), hosts.fixedAddress(host)]);
      if (found.port_id === port.id && found.fixed_ip_address === fixed) return [];
      const done = await (await hosts.neutron(host)).associate(found, port, fixed);
      if (done.port_id !== port.id || done.fixed_ip_address !== fixed) {
        throw new Failure(
          'address',
          `OpenStack: the floating IP ${address} was to lead to ${fixed} of port ${port.id} (${host.name}), ` +
            `but it leads to ${done.fixed_ip_address ?? 'nothing'}`,
        );
      }
      return [];
    },
    async answersElsewhere(host) {
      const [found, port] = await Promise.all([now(host), hosts.portOf(host)]);
      return found.port_id === null || found.port_id === port.id
        ? null
        : `the port ${found.port_id} (${found.fixed_ip_address ?? 'no address'})`;
    },
    byHand: (host, what) =>
      what === 'assign'
        ? `run "openstack floating ip set --port ${portInCommand(host, hosts.known(host))} ${address}"`
        : `run "openstack floating ip unset --port ${address}"`,
    async check(host) {
      const [neutron, found, port, fixed] = await Promise.all([
        hosts.neutron(host),
        now(host),
        hosts.portOf(host),
        hosts.fixedAddress(host),
      ]);
      const [behind, gateways] = await Promise.all([
        neutron.floatingIps([
          ['port_id', port.id],
          ['fixed_ip_address', fixed],
        ]),
        neutron.gateways(port.network_id),
        neutron.tryAssociate(found),
      ]);
      const other = behind.find(({ id }) => id !== found.id);
      return [
        ...(other === undefined
          ? []
          : [
              {
                severity: 'error',
                text:
                  `OpenStack: the address ${fixed} of port ${port.id} (${host.name}) is behind another ` +
                  `floating IP, ${other.floating_ip_address}`,
                hint: 'it can only be behind one: take that one away, or set openstack_fixed_ip',
              } satisfies Finding,
            ]),
        ...(gateways.includes(found.floating_network_id)
          ? []
          : [
              {
                severity: 'warning',
                text:
                  `OpenStack: no router is to be seen that leads from the network of port ${port.id} ` +
                  `(${host.name}) to the network of the floating IP ${address}`,
                hint: 'without one OpenStack refuses to move it there; a router of another project cannot be seen',
              } satisfies Finding,
            ]),
      ];
    },
  };
}
