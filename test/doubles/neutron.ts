import type { AddressPair, NeutronApi, NeutronPort } from '../../src/context/OpenStack.ts';

/** A port `port-N` with the address 10.0.0.N. */
export function neutronPort(n: number, pairs: readonly AddressPair[] = [], secured = true): NeutronPort {
  return {
    id: `port-${n}`,
    network_id: 'net',
    mac_address: `fa:16:3e:00:00:${n}`,
    fixed_ips: [{ ip_address: `10.0.0.${n}`, subnet_id: 's' }],
    allowed_address_pairs: pairs,
    port_security_enabled: secured,
    revision_number: 1,
  };
}

/** Ports that can be listed and whose address pairs can be changed; nothing else. */
export function fakeNeutron(ports: NeutronPort[]): NeutronApi {
  const has = (port: NeutronPort, [name, value]: readonly [string, string]): boolean => {
    if (name === 'id') return port.id === value;
    if (name === 'network_id') return port.network_id === value;
    return port.fixed_ips.some(({ ip_address: address }) => `ip_address=${address}` === value);
  };
  const api: Partial<NeutronApi> = {
    ports: (filter) => Promise.resolve(ports.filter((port) => filter.every((each) => has(port, each)))),
    setAddressPairs(port, pairs) {
      const changed = { ...port, allowed_address_pairs: pairs };
      ports.splice(
        ports.findIndex(({ id }) => id === port.id),
        1,
        changed,
      );
      return Promise.resolve(changed);
    },
  };
  return api as NeutronApi;
}
