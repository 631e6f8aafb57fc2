import type { OptionSet } from '../../config/options.ts';
import { Failure } from '../../errors/errors.ts';
import type { Holder } from '../api/apiProvider.ts';
import { sameAddress } from '../hostAddresses.ts';
import type { OpenStackHosts } from './hosts.ts';

/** Whom Neutron leads clients of the address to, as far as this project sees it. */
export function openstackHolder(
  address: string,
  method: NonNullable<OptionSet['openstack_method']>,
  hosts: Pick<OpenStackHosts, 'neutron'>,
): Holder {
  return async (host) => {
    const neutron = await hosts.neutron(host);
    if (method === 'floating-ip') {
      const [found] = await neutron.floatingIps([['floating_ip_address', address]]);
      if (found === undefined)
        throw new Failure('address', `OpenStack: there is no floating IP ${address} in this project`);
      return found.port_id;
    }
    const ports = await neutron.ports([]);
    return (
      ports.find((port) =>
        port.allowed_address_pairs.some((pair) => sameAddress(pair.ip_address.replace(/\/(32|128)$/, ''), address)),
      )?.id ?? null
    );
  };
}
