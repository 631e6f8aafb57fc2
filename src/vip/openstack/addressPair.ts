// An address of the hosts' own network, which the network lets through only at ports that are allowed to use it.
// Neutron would let any number of ports: here exactly one has it, so taking it away cuts a host off from the address,
// whether it answers or not.
import { BlockList, isIPv6 } from 'node:net';
import type { AddressPair, NeutronPort } from '../../context/OpenStack.ts';
import { Failure } from '../../errors/errors.ts';
import type { AddressApi } from '../api/apiProvider.ts';
import { sameAddress } from '../hostAddresses.ts';
import { portInCommand, type OpenStackHosts } from './hosts.ts';
import type { Finding, LeftToDo, Provider, VipHost } from '../Provider.ts';

/** @param onHost what tells whether the address is on the host's interface */
export function addressPair(
  address: string,
  hosts: OpenStackHosts,
  onHost: Pick<Provider, 'holds'> | null,
): AddressApi {
  const isOwn = (pair: AddressPair): boolean =>
    sameAddress(pair.ip_address.replace(isIPv6(address) ? /\/128$/ : /\/32$/, ''), address);
  /**
   * A pair can be for another MAC address than the port's (keepalived with use_vmac): the host's packets do not pass by
   * it, but somebody's do.
   */
  const has = (port: NeutronPort): boolean => port.allowed_address_pairs.some(isOwn);
  const lets = ({ mac_address: own, allowed_address_pairs: pairs }: NeutronPort): boolean =>
    pairs.some((pair) => isOwn(pair) && (pair.mac_address ?? own).toLowerCase() === own.toLowerCase());
  const without = (port: NeutronPort): readonly AddressPair[] =>
    port.allowed_address_pairs.filter((pair) => !isOwn(pair));

  /** Why the network lets the port use the address even without a pair of its own; null: it does not. */
  function letThrough({ port_security_enabled: secured, allowed_address_pairs: pairs }: NeutronPort): string | null {
    if (!secured) return 'it has port_security_enabled = false';
    const wide = pairs.find((pair) => !isOwn(pair) && covers(pair.ip_address, address));
    return wide === undefined ? null : `its address pair ${wide.ip_address} covers the address`;
  }

  async function remove(host: VipHost, portNow: () => Promise<NeutronPort | undefined>): Promise<void> {
    const neutron = await hosts.neutron(host);
    await hosts.until(host, `take the address pair ${address} away`, async () => {
      const port = await portNow();
      if (port === undefined || !has(port)) return true;
      const changed = await neutron.setAddressPairs(port, without(port));
      return changed !== null && !has(changed);
    });
  }

  /** Ports of the same network, as far as this project sees them. */
  async function others(host: VipHost): Promise<readonly NeutronPort[]> {
    const { id, network_id: network } = await hosts.portOf(host);
    return (await (await hosts.neutron(host)).ports([['network_id', network]])).filter(
      (port) => port.id !== id && has(port),
    );
  }

  return {
    name: 'OpenStack',
    prepare: async (host) => {
      await hosts.portOf(host);
    },
    async holds(host) {
      const port = await hosts.portNow(host);
      if (lets(port)) return 'all';
      return has(port) || letThrough(port) !== null ? 'some' : 'none';
    },
    async release(host): Promise<LeftToDo> {
      await remove(host, () => hosts.portNow(host));
      const port = await hosts.portNow(host);
      const why = letThrough(port);
      if (why === null) return [];
      const because = `because port ${port.id} is not restricted: ${why}`;
      const unrestricted = `the network lets ${host.name} use ${address} even so, ${because}`;
      const isGone =
        onHost !== null &&
        (await onHost.holds(host).then(
          (held) => !held,
          () => false,
        ));
      if (isGone) return [`${unrestricted}; the address was removed on the host itself, but restrict the port`];
      // Nobody knows that it is gone from the host, and then clients may be led there: that is no release.
      throw new Failure('refused', `OpenStack: ${unrestricted}, and it was not removed on the host itself`, {
        hint: `keep ${host.name} off the network until the address is removed there, and restrict the port`,
      });
    },
    async assign(host) {
      const neutron = await hosts.neutron(host);
      // First away from whoever has it.
      for (const other of await others(host))
        await remove(host, async () => (await neutron.ports([['id', other.id]]))[0]);
      await hosts.until(host, `allow ${host.name} the address ${address}`, async () => {
        const port = await hosts.portNow(host);
        if (lets(port)) return true;
        const changed = await neutron.setAddressPairs(port, [...port.allowed_address_pairs, { ip_address: address }]);
        if (changed !== null && !lets(changed))
          throw new Failure(
            'address',
            `OpenStack: the port ${port.id} of ${host.name} does not have the address pair ${address} that ` +
              'it was given',
          );
        return changed !== null;
      });
      return [];
    },
    async answersElsewhere(host) {
      const [other] = await others(host);
      return other === undefined
        ? null
        : `the port ${other.id} (${other.fixed_ips.map(({ ip_address: fixed }) => fixed).join(', ')})`;
    },
    byHand(host, what) {
      const port = hosts.known(host);
      const open = port === undefined ? null : letThrough(port);
      if (what === 'release' && open !== null) return `restrict port ${portInCommand(host, port)} (${open})`;
      // To take it away, the client wants the pair as it is stored.
      const mac =
        what === 'release'
          ? `,mac-address=${port?.allowed_address_pairs.find(isOwn)?.mac_address ?? port?.mac_address ?? 'MAC'}`
          : '';
      return (
        `run "openstack port ${what === 'assign' ? 'set' : 'unset'} --allowed-address ` +
        `ip-address=${address}${mac} ${portInCommand(host, port)}"`
      );
    },
    async check(host) {
      const port = await hosts.portNow(host);
      const findings: Finding[] = [];
      const why = letThrough(port);
      if (port.fixed_ips.some(({ ip_address: fixed }) => sameAddress(fixed, address))) {
        findings.push({
          severity: 'error',
          text: `OpenStack: ${address} is an address of port ${port.id} (${host.name}) itself, which cannot move`,
          hint: `make writer_vip_cidr in ${host.settings.file} an address that belongs to no host`,
        });
      }
      if (why !== null) {
        findings.push({
          severity: 'error',
          text: `OpenStack: port ${port.id} (${host.name}) can use ${address} whether it is the master or not: ${why}`,
          hint: 'a dead master could not be cut off from the address: restrict the port',
        });
      }
      if (port.port_security_enabled) await (await hosts.neutron(host)).tryAddressPairs(port);
      return findings;
    },
  };
}

/** Whether a network in CIDR format has the address in it. */
function covers(cidr: string, address: string): boolean {
  const [network = '', prefix] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (prefix === undefined || isIPv6(address) !== (family === 'ipv6')) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(address, family);
}
