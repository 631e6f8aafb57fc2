// The writer address in Amazon EC2, in one of three ways. Who gets the packets is the network's business there:
// neighbours need not be told.
import type { OptionSet } from '../../config/options.ts';
import { apiProvider } from '../api/apiProvider.ts';
import { metal } from '../metal/provider.ts';
import type { Provider } from '../Provider.ts';
import { awsHolder } from './holder.ts';
import { awsHosts, type AwsTools } from './hosts.ts';
import { elasticIp } from './elasticIp.ts';
import { privateIp } from './privateIp.ts';
import { routeTables } from './routeTables.ts';

const methods = { 'private-ip': privateIp, 'elastic-ip': elasticIp, 'route-table': routeTables } as const;

/** @param address the cluster's writer address */
export function awsProvider(address: string, method: NonNullable<OptionSet['aws_method']>, tools: AwsTools): Provider {
  const hosts = awsHosts(tools);
  const onHost = method === 'elastic-ip' ? null : metal(address, { ...tools, announces: false });
  return apiProvider(address, methods[method](address, hosts), awsHolder(address, method, hosts), onHost, tools.warn);
}
