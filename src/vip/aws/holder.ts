import type { OptionSet } from '../../config/options.ts';
import type { Ec2Api } from '../../context/Clouds.ts';
import { Failure } from '../../errors/errors.ts';
import type { Holder } from '../api/apiProvider.ts';
import type { AwsHosts } from './hosts.ts';
import type { VipHost } from '../Provider.ts';

/** Whom EC2 leads clients of the address to. */
export function awsHolder(
  address: string,
  method: NonNullable<OptionSet['aws_method']>,
  hosts: Pick<AwsHosts, 'ec2'>,
): Holder {
  return async (host) => {
    const ec2 = await hosts.ec2(host);
    switch (method) {
      case 'elastic-ip': {
        const found = await ec2.elasticIp(address);
        if (found === null)
          throw new Failure('address', `AWS: there is no Elastic IP ${address} in this region and account`);
        return found.interfaceId;
      }
      case 'private-ip':
        return (await ec2.interfaces({ 'addresses.private-ip-address': address }))[0]?.id ?? null;
      case 'route-table':
        return ledTo(ec2, `${address}/32`, host);
    }
  };
}

/** A route to an interface that was deleted stays and leads nowhere. */
async function ledTo(ec2: Ec2Api, destination: string, { settings }: VipHost): Promise<string | null> {
  const routes = (await ec2.routeTables(settings.options.aws_route_table_ids ?? [])).flatMap(({ routes: found }) =>
    found.has(destination) ? [found.get(destination) ?? null] : [],
  );
  for (const id of new Set(routes)) {
    if (id === null) return 'something that is no network interface';
    if ((await ec2.interfaces({ 'network-interface-id': id })).length > 0) return id;
  }
  return null;
}
