// A secondary private address of a network interface. EC2 takes it from one and gives it to another in one operation.
import { ifAny } from '../../errors/message.ts';
import type { Ec2Interface } from '../../context/Clouds.ts';
import { Failure } from '../../errors/errors.ts';
import type { AddressApi } from '../api/apiProvider.ts';
import type { AwsHosts } from './hosts.ts';
import type { Finding, VipHost } from '../Provider.ts';

export function privateIp(address: string, hosts: AwsHosts): AddressApi {
  async function now(host: VipHost): Promise<Ec2Interface> {
    const { id } = await hosts.interfaceOf(host);
    const [found] = await (await hosts.ec2(host)).interfaces({ 'network-interface-id': id });
    if (found === undefined) throw new Failure('address', `AWS: the network interface ${id} of ${host.name} is gone`);
    return found;
  }
  const has = (one: Ec2Interface): boolean => one.addresses.some((each) => each.address === address);
  const holds = async (host: VipHost): Promise<boolean> => has(await now(host));

  /** Only within its VPC: in another one the same address is another one. */
  async function others(host: VipHost): Promise<readonly Ec2Interface[]> {
    const { id, vpcId } = await hosts.interfaceOf(host);
    const found = await (
      await hosts.ec2(host)
    ).interfaces({ 'addresses.private-ip-address': address, 'vpc-id': vpcId });
    return found.filter((one) => one.id !== id && has(one));
  }

  const isAlone = async (host: VipHost): Promise<boolean> => (await holds(host)) && (await others(host)).length === 0;

  return {
    name: 'AWS',
    prepare: async (host) => {
      await hosts.interfaceOf(host);
    },
    holds: async (host) => ((await holds(host)) ? 'all' : 'none'),
    async release(host) {
      if (!(await holds(host))) return [];
      const { id } = await hosts.interfaceOf(host);
      const ec2 = await hosts.ec2(host);
      await hosts.change(
        () => ec2.unassignPrivateAddress(id, address),
        async () => !(await holds(host)),
      );
      await hosts.until(host, `that ${id} (${host.name}) has ${address} no more`, async () => !(await holds(host)));
      return [];
    },
    async assign(host) {
      // Even if it seems to have it: a read may be older than the last change.
      const { id } = await hosts.interfaceOf(host);
      const ec2 = await hosts.ec2(host);
      await hosts.change(
        () => ec2.assignPrivateAddress(id, address),
        () => isAlone(host),
      );
      await hosts.until(host, `that ${id} (${host.name}) has ${address}, and no other`, () => isAlone(host));
      return [];
    },
    async answersElsewhere(host) {
      const [other] = await others(host);
      return other === undefined
        ? null
        : `the network interface ${other.id}${ifAny(' of the instance ', other.instanceId)}`;
    },
    byHand: (host, what) =>
      what === 'assign'
        ? `in AWS assign ${address} to the network interface of ${host.name} (assign-private-ip-addresses ` +
          '--allow-reassignment)'
        : `in AWS unassign ${address} from the network interface of ${host.name} (unassign-private-ip-addresses)`,
    // EC2 offers no dry run of these two operations.
    async check(host) {
      const [one, holders] = await Promise.all([now(host), others(host)]);
      const findings: Finding[] = [];
      if (one.addresses.some((each) => each.primary && each.address === address)) {
        findings.push({
          severity: 'error',
          text: `AWS: ${address} is the first address of ${one.id} (${host.name}), which cannot move`,
          hint: `make writer_vip_cidr in ${host.settings.file} an address that no interface has as its first`,
        });
      }
      for (const { id, subnetId } of holders.filter((other) => other.subnetId !== one.subnetId)) {
        findings.push({
          severity: 'error',
          text:
            `AWS: ${one.id} (${host.name}) is in the subnet ${one.subnetId}, but ${address} is on ${id} in the ` +
            `subnet ${subnetId}: it cannot move there`,
          hint: 'a private address moves within its subnet only: use aws_method = route-table or elastic-ip',
        });
      }
      return findings;
    },
  };
}
