// An Elastic IP. EC2 translates it, so it is on no host's interface, and one operation moves it.
import type { Ec2ElasticIp } from '../../context/Clouds.ts';
import { Failure } from '../../errors/errors.ts';
import type { AddressApi } from '../api/apiProvider.ts';
import type { AwsHosts } from './hosts.ts';
import type { VipHost } from '../Provider.ts';

export function elasticIp(address: string, hosts: AwsHosts): AddressApi {
  async function now(host: VipHost): Promise<Ec2ElasticIp> {
    const found = await (await hosts.ec2(host)).elasticIp(address);
    if (found === null) {
      throw new Failure('address', `AWS: there is no Elastic IP ${address} in this region and account`, {
        hint: `see writer_vip_cidr and aws_region in ${host.settings.file}`,
      });
    }
    return found;
  }
  async function holds(host: VipHost): Promise<boolean> {
    const [{ interfaceId }, { id }] = await Promise.all([now(host), hosts.interfaceOf(host)]);
    return interfaceId === id;
  }

  return {
    name: 'AWS',
    prepare: async (host) => {
      await hosts.interfaceOf(host);
    },
    holds: async (host) => ((await holds(host)) ? 'all' : 'none'),
    async release(host) {
      const { interfaceId, associationId } = await now(host);
      const { id } = await hosts.interfaceOf(host);
      // Never blind: the association of another host is not ours to end.
      if (interfaceId !== id || associationId === null) return [];
      const ec2 = await hosts.ec2(host);
      await hosts.change(
        () => ec2.disassociate(associationId),
        async () => !(await holds(host)),
      );
      await hosts.until(
        host,
        `that ${address} is not associated with ${id} (${host.name})`,
        async () => !(await holds(host)),
      );
      return [];
    },
    async assign(host) {
      const found = await now(host);
      const { id } = await hosts.interfaceOf(host);
      // Even if it seems to be associated: a read may be older than the last change.
      const ec2 = await hosts.ec2(host);
      await hosts.change(
        () => ec2.associate(found, id),
        () => holds(host),
      );
      await hosts.until(host, `that ${address} is associated with ${id} (${host.name})`, () => holds(host));
      return [];
    },
    async answersElsewhere(host) {
      const [{ interfaceId }, { id }] = await Promise.all([now(host), hosts.interfaceOf(host)]);
      return interfaceId === null || interfaceId === id ? null : `the network interface ${interfaceId}`;
    },
    byHand: (host, what) =>
      what === 'assign'
        ? `in AWS associate the Elastic IP ${address} with the network interface of ${host.name} ` +
          '(associate-address --allow-reassociation)'
        : `in AWS disassociate the Elastic IP ${address} (disassociate-address)`,
    async check(host) {
      const [found, { id, addresses }] = await Promise.all([now(host), hosts.interfaceOf(host)]);
      const ec2 = await hosts.ec2(host);
      await ec2.associate(found, id, true);
      if (found.associationId !== null) await ec2.disassociate(found.associationId, true);
      // EC2 associates it with the first address of the interface, and takes away what leads there.
      const { publicIp = null, isElastic = false } = addresses.find(({ primary }) => primary) ?? {};
      if (publicIp === null || publicIp === address) return [];
      return [
        isElastic
          ? {
              severity: 'error',
              text:
                `AWS: ${id} (${host.name}) has an Elastic IP of its own, ${publicIp}, which ${address} would ` +
                'take the place of',
              hint: 'give the writer address a network interface of its own (aws_network_interface_id)',
            }
          : {
              severity: 'warning',
              text: `AWS: ${host.name} loses its own public address ${publicIp} when it gets ${address}`,
              hint: 'reach it by its private address',
            },
      ];
    },
  };
}
