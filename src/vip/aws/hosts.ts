import type { Ec2Api, Ec2Interface, Ec2Target } from '../../context/Clouds.ts';
import type { Connectors } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';
import { NoPlace } from '../api/NoPlace.ts';
import { lookUpOnce } from '../api/lookUpOnce.ts';
import { ownAddress } from '../api/ownAddress.ts';
import { pollUntil, type Pause } from '../api/pollUntil.ts';
import { refuseShared } from '../api/refuseShared.ts';
import type { MetalTools } from '../metal/MetalTools.ts';
import type { VipHost } from '../Provider.ts';

export interface AwsTools extends MetalTools {
  readonly connect: Pick<Connectors, 'ec2' | 'lookup'>;
}

/** What EC2 knows of the hosts. */
export interface AwsHosts {
  ec2(host: VipHost): Promise<Ec2Api>;
  /**
   * The network interface that gets the address; looked up once.
   * @throws Failure `address` when it is not to be found
   */
  interfaceOf(host: VipHost): Promise<Ec2Interface>;
  /**
   * Sends a change. When the time for it is over without an answer, it may have been made nevertheless: what was thrown
   * counts if it is not so.
   */
  change(send: () => Promise<unknown>, isSo: () => Promise<boolean>): Promise<void>;
  /** Asks until it is so, within the limit of a step. @throws Failure `deadline` */
  until(host: VipHost, what: string, isSo: () => Promise<boolean>): Promise<void>;
}

/** Before asking again whether it is so. */
const pollMs: Pause = { first: 100, most: 1_000 };

export function awsHosts(tools: AwsTools): AwsHosts {
  const apis = new Map<string, Promise<Ec2Api>>();
  const interfaces = new Map<string, Promise<Ec2Interface>>();
  const owners = new Map<string, string>();
  const limit = (host: VipHost): number => tools.budget.limit(host.settings.options.step_timeout * 1000);

  function ec2(host: VipHost): Promise<Ec2Api> {
    const {
      aws_region: region,
      aws_profile: profile,
      aws_role_arn: roleArn,
      aws_endpoint: endpoint,
    } = host.settings.options;
    const target: Ec2Target = { region, profile, roleArn, endpoint };
    const key = JSON.stringify(target);
    const known = apis.get(key) ?? tools.connect.ec2(target, () => limit(host));
    apis.set(key, known);
    return known;
  }

  async function find(host: VipHost): Promise<Ec2Interface> {
    const { aws_network_interface_id: id, aws_instance_id: instance } = host.settings.options;
    const [option, filter] = byOption(id, instance) ?? (await byAddress(host));
    const found = await (await ec2(host)).interfaces(filter);
    const [one] = found;
    if (one === undefined) {
      throw new NoPlace(`AWS: there is no network interface for ${host.name} (${option}) in this region and account`, {
        hint:
          `set aws_network_interface_id for ${host.name} in ${host.settings.file}; are aws_region and the ` +
          'account right?',
      });
    }
    if (found.length > 1) {
      throw new Failure(
        'address',
        `AWS: there is more than one network interface for ${host.name} (${option}): ` +
          `${found.map(({ id: each }) => each).join(', ')}`,
        { hint: `set aws_network_interface_id for ${host.name} in ${host.settings.file}` },
      );
    }
    refuseShared('network interface', owners, one.id, host);
    return one;
  }

  async function byAddress(host: VipHost): Promise<readonly [string, Readonly<Record<string, string>>]> {
    const address = await ownAddress(
      host,
      tools.connect.lookup,
      tools.budget.limit(host.settings.options.connect_timeout * 1000),
    );
    return [`by its address ${address}`, { 'addresses.private-ip-address': address }];
  }

  return {
    ec2,
    async change(send, isSo) {
      try {
        await send();
      } catch (error) {
        // What EC2 has refused was not done, even if a read, which may be older, says so.
        if (asFailure(error).kind !== 'deadline' || !(await isSo().catch(() => false))) throw error;
      }
    },
    interfaceOf: (host) => lookUpOnce(interfaces, host.name, () => find(host)),
    until(host, what, isSo) {
      const ms = limit(host);
      return pollUntil(
        tools.clock,
        ms,
        pollMs,
        isSo,
        () => new Failure('deadline', `AWS: ${what} was asked for, but is not so after ${Math.round(ms) / 1000} s`),
      );
    },
  };
}

type Filter = Readonly<Record<string, string>>;

/** Where the configuration names the interface, or the instance whose first interface it is; null where it does not. */
function byOption(id: string | undefined, instance: string | undefined): [string, Filter] | null {
  if (id !== undefined) return [`aws_network_interface_id = ${id}`, { 'network-interface-id': id }];
  if (instance === undefined) return null;
  const first = { 'attachment.instance-id': instance, 'attachment.device-index': '0' };
  return [`aws_instance_id = ${instance}`, first];
}
