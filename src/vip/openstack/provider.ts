// The writer address in OpenStack, in one of two ways.
import type { OptionSet } from '../../config/options.ts';
import { apiProvider } from '../api/apiProvider.ts';
import { metal } from '../metal/provider.ts';
import { addressPair } from './addressPair.ts';
import { floatingIp } from './floatingIp.ts';
import { openstackHolder } from './holder.ts';
import { openstackHosts, type OpenStackTools } from './hosts.ts';
import type { Provider } from '../Provider.ts';

const methods = { 'floating-ip': floatingIp, 'allowed-address-pair': addressPair } as const;

/** @param address the cluster's writer address */
export function openstackProvider(
  address: string,
  method: NonNullable<OptionSet['openstack_method']>,
  tools: OpenStackTools,
): Provider {
  const hosts = openstackHosts(tools);
  const onHost = method === 'floating-ip' ? null : metal(address, { ...tools, probesFrom: 'own' });
  return apiProvider(
    address,
    methods[method](address, hosts, onHost),
    openstackHolder(address, method, hosts),
    onHost,
    tools.warn,
  );
}
