import { isIP } from 'node:net';
import type { Connectors } from '../../context/Context.ts';
import type { NeutronApi, NeutronPort, OpenStackTarget } from '../../context/OpenStack.ts';
import { Failure } from '../../errors/errors.ts';
import { sameAddress } from '../hostAddresses.ts';
import { NoPlace } from '../api/NoPlace.ts';
import { lookUpOnce } from '../api/lookUpOnce.ts';
import { ownAddress } from '../api/ownAddress.ts';
import { pollUntil, type Pause } from '../api/pollUntil.ts';
import { refuseShared } from '../api/refuseShared.ts';
import type { MetalTools } from '../metal/MetalTools.ts';
import type { VipHost } from '../Provider.ts';

export interface OpenStackTools extends MetalTools {
  readonly connect: Pick<Connectors, 'openstack' | 'lookup'>;
}

/** What OpenStack knows of the hosts. */
export interface OpenStackHosts {
  neutron(host: VipHost): Promise<NeutronApi>;
  /** The host's port as it was when it was first looked up. @throws Failure `address` when it is not to be found */
  portOf(host: VipHost): Promise<NeutronPort>;
  /** The same, as it is now. */
  portNow(host: VipHost): Promise<NeutronPort>;
  /** The address of the port that a floating IP leads to. @throws Failure `address` */
  fixedAddress(host: VipHost): Promise<string>;
  /** The host's port for a command that a person can run, if it has been found yet. */
  known(host: VipHost): NeutronPort | undefined;
  /** Tries until it gives true, within the limit of a step. @throws Failure `deadline` */
  until(host: VipHost, what: string, attempt: () => Promise<boolean>): Promise<void>;
}

/** Before something is tried again that somebody else has changed meanwhile. */
const pauseMs: Pause = { first: 50, most: 500 };

export function openstackHosts(tools: OpenStackTools): OpenStackHosts {
  const apis = new Map<string, Promise<NeutronApi>>();
  const ports = new Map<string, Promise<NeutronPort>>();
  const known = new Map<string, NeutronPort>();
  const owners = new Map<string, string>();
  const limit = (host: VipHost): number => tools.budget.limit(host.settings.options.step_timeout * 1000);

  function neutron(host: VipHost): Promise<NeutronApi> {
    const target = targetOf(host);
    return lookUpOnce(apis, JSON.stringify(target), () => tools.connect.openstack(target, () => limit(host)));
  }

  async function find(host: VipHost): Promise<NeutronPort> {
    const { openstack_port: id } = host.settings.options;
    const address = id === undefined ? await addressOf(host) : '';
    const found = await (
      await neutron(host)
    ).ports(id === undefined ? [['fixed_ips', `ip_address=${address}`]] : [['id', id]]);
    const how = id === undefined ? `with the address ${address}` : `${id} (openstack_port)`;
    const [port] = found;
    if (port === undefined) {
      throw new NoPlace(`OpenStack: there is no port ${how} for ${host.name} in this project`, {
        hint: `set openstack_port for ${host.name} in ${host.settings.file}; are project and region right?`,
      });
    }
    if (found.length > 1) {
      throw new Failure(
        'address',
        `OpenStack: there is more than one port ${how} for ${host.name}: ${found.map((one) => one.id).join(', ')}`,
        { hint: `set openstack_port for ${host.name} in ${host.settings.file}` },
      );
    }
    refuseShared('port', owners, port.id, host);
    known.set(host.name, port);
    return port;
  }

  const addressOf = (host: VipHost): Promise<string> =>
    ownAddress(host, tools.connect.lookup, tools.budget.limit(host.settings.options.connect_timeout * 1000));

  const portOf = (host: VipHost): Promise<NeutronPort> => lookUpOnce(ports, host.name, () => find(host));

  return {
    neutron,
    portOf,
    async portNow(host) {
      const { id } = await portOf(host);
      const [found] = await (await neutron(host)).ports([['id', id]]);
      if (found === undefined) throw new Failure('address', `OpenStack: the port ${id} of ${host.name} is gone`);
      return found;
    },
    async fixedAddress(host) {
      const { id, fixed_ips: fixed } = await portOf(host);
      const all = fixed.map(({ ip_address: address }) => address).filter((address) => isIP(address) === 4);
      const wanted = host.settings.options.openstack_fixed_ip ?? (await addressOf(host));
      const found =
        all.find((address) => sameAddress(address, wanted)) ??
        (all.length === 1 && host.settings.options.openstack_fixed_ip === undefined ? all[0] : undefined);
      if (found !== undefined) return found;
      throw new Failure(
        'address',
        `OpenStack: the port ${id} of ${host.name} does not have the address ${wanted} (it has ` +
          `${all.join(', ') || 'none'})`,
        {
          hint:
            `set openstack_fixed_ip for ${host.name} in ${host.settings.file} to the one that the floating IP ` +
            'shall lead to',
        },
      );
    },
    known: (host) => known.get(host.name),
    until(host, what, attempt) {
      const ms = limit(host);
      return pollUntil(
        tools.clock,
        ms,
        pauseMs,
        attempt,
        () =>
          new Failure(
            'deadline',
            `OpenStack: could not ${what} within ${Math.round(ms) / 1000} s: somebody else keeps changing it`,
          ),
      );
    },
  };
}

/** The port in a command for a person. */
export function portInCommand(host: VipHost, port: NeutronPort | undefined): string {
  return port?.id ?? host.settings.options.openstack_port ?? `PORT-OF-${host.name}`;
}

function targetOf({ settings: { options } }: VipHost): OpenStackTarget {
  return {
    cloud: options.openstack_cloud,
    cloudsFile: options.openstack_clouds_file,
    authUrl: options.openstack_auth_url,
    username: options.openstack_username,
    password: options.openstack_password,
    passwordFile: options.openstack_password_file,
    project: options.openstack_project,
    domain: options.openstack_domain,
    applicationCredentialId: options.openstack_application_credential_id,
    applicationCredentialSecret: options.openstack_application_credential_secret,
    applicationCredentialSecretFile: options.openstack_application_credential_secret_file,
    region: options.openstack_region,
    interface: options.openstack_interface,
    caFile: options.openstack_ca_file,
  };
}
