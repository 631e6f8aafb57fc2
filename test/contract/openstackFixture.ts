// A cloud with ports for the hosts of a wire, and what is true in it, asked without the program under test.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { lookup } from '../../src/adapters/nameLookup.ts';
import { connectNeutron } from '../../src/adapters/openstack/neutronClient.ts';
import { Budget } from '../../src/context/budget.ts';
import type { Shell } from '../../src/context/Context.ts';
import type { NeutronApi, NeutronPort, OpenStackTarget } from '../../src/context/OpenStack.ts';
import { readCluster } from '../../src/config/validate.ts';
import { Failure } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { openstackProvider } from '../../src/vip/openstack/provider.ts';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';
import { ACCOUNTS, FLOATING_ADDRESS, type PortName } from '../lab/openstack/objects.ts';
import { startOpenstack, type Openstack } from '../lab/openstack/openstack.ts';
import { restClient, type RestClient } from '../lab/openstack/restClient.ts';
import { openstackFront, type OpenStackFront } from './openstackFront.ts';
import { layWire, type Wire, type WireHost } from './wire.ts';

export const pairAddress = '10.77.0.155';
export type Options = Readonly<Record<string, string>>;

const methods = {
  'floating-ip': { address: FLOATING_ADDRESS, cidr: `${FLOATING_ADDRESS}/32` },
  'allowed-address-pair': { address: pairAddress, cidr: `${pairAddress}/24` },
} as const;
export type Method = keyof typeof methods;

/** Hosts on a wire, and a cloud that has a port for each; its methods work between node:test's `before` and `after`. */
export function openstackFixture() {
  let [wire, cloud, front, admin]: [Wire?, Openstack?, OpenStackFront?, RestClient?] = [];
  before(async () => {
    [wire, cloud] = await Promise.all([layWire(['db10', 'db11']), startOpenstack()]);
    [front, admin] = await Promise.all([openstackFront(cloud.address), restClient(cloud.base, ACCOUNTS.admin)]);
  });
  after(async () => {
    await Promise.all([wire?.end(), front?.end(), cloud?.stop()]);
  });

  const service = (): Openstack => cloud ?? assert.fail('no cloud');
  const proxy = (): OpenStackFront => front ?? assert.fail('no front');
  const wireHost = (name: string): WireHost => wire?.hosts.find((host) => host.name === name) ?? assert.fail(name);
  const noShell = (): Promise<Shell> =>
    Promise.reject(
      new Failure('ssh', 'no route to host', { cause: Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }) }),
    );

  const application = (which: 'applicationCredential' | 'narrowCredential' = 'applicationCredential'): Options => ({
    openstack_auth_url: `${service().base}:5000`,
    openstack_region: 'RegionOne',
    openstack_application_credential_id: service().objects[which].id,
    openstack_application_credential_secret: service().objects[which].secret,
  });
  const password = (account: keyof typeof ACCOUNTS): Options => ({
    openstack_auth_url: `${service().base}:5000/v3/`,
    openstack_region: 'RegionOne',
    openstack_username: ACCOUNTS[account].user,
    openstack_password: ACCOUNTS[account].password,
    openstack_project: ACCOUNTS[account].project,
  });

  /** In ms; besides those of the options. */
  const limit = { atMost: Infinity };

  /** A login takes a second of these services: those that are the same in many tests are kept. */
  const kept = new Map<string, Promise<NeutronApi>>();
  function connected(target: OpenStackTarget, usual: () => number): Promise<NeutronApi> {
    const key = JSON.stringify(target);
    const make = (): Promise<NeutronApi> => connectNeutron(target, () => Math.min(usual(), limit.atMost), {});
    if (target.caFile !== undefined) return make();
    const found = kept.get(key) ?? make();
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    return found;
  }

  /** @param between called once, before the first change of address pairs reaches Neutron */
  function provider(
    method: Method,
    { address = methods[method].address, between }: { address?: string; between?: () => Promise<unknown> } = {},
  ): Provider {
    let first = between;
    const interrupted = (api: NeutronApi): NeutronApi => ({
      ...api,
      async setAddressPairs(...args) {
        await first?.();
        first = undefined;
        return api.setAddressPairs(...args);
      },
    });
    return openstackProvider(address, method, {
      clock: systemClock,
      budget: new Budget(systemClock, 'test', 600_000),
      warn: () => undefined,
      connect: { lookup, openstack: async (target, usual) => interrupted(await connected(target, usual)) },
    });
  }

  function vipHost(
    method: Method,
    name: 'db10' | 'db11',
    options: Options = application(),
    { ip }: { ip?: string } = {},
  ): VipHost {
    const lines = Object.entries({
      vip_type: 'openstack',
      openstack_method: method,
      step_timeout: '60',
      writer_vip_cidr: methods[method].cidr,
      cluster_interface: 'eth1',
      ...options,
    }).map(([key, value]) => `${key} = ${value}`);
    const { cluster, problems } = readCluster('/etc/mha-helper/c.conf', `[default]\n${lines.join('\n')}\n[${name}]\n`);
    const settings = cluster?.hosts[0] ?? assert.fail(problems.map(({ text }) => text).join());
    return {
      name,
      ip: ip ?? (name === 'db10' ? '10.77.0.1' : '10.77.0.2'),
      port: 3306,
      settings,
      shell: () => (method === 'floating-ip' ? noShell() : Promise.resolve(wireHost(name).shell)),
    };
  }

  async function port(name: PortName): Promise<NeutronPort> {
    const { port: found } = (await (admin ?? assert.fail()).call(
      'GET',
      `:9696/v2.0/ports/${service().objects.ports[name]}`,
    )) as { port: NeutronPort };
    return found;
  }
  const setPort = (name: PortName, change: Readonly<Record<string, unknown>>): Promise<unknown> =>
    (admin ?? assert.fail()).call('PUT', `:9696/v2.0/ports/${service().objects.ports[name]}`, { port: change });
  const floatingIp = async (): Promise<{
    port_id: string | null;
    fixed_ip_address: string | null;
    revision_number: number;
  }> =>
    (
      (await (admin ?? assert.fail()).call('GET', `:9696/v2.0/floatingips/${service().objects.floatingIp}`)) as {
        floatingip: { port_id: string | null; fixed_ip_address: string | null; revision_number: number };
      }
    ).floatingip;
  const pairs = async (name: PortName): Promise<string[]> =>
    (await port(name)).allowed_address_pairs.map(({ ip_address: address }) => address).sort();

  /** The truth, from Neutron and from the hosts: whom clients reach by the address. */
  async function holders(method: Method): Promise<readonly string[]> {
    if (method === 'floating-ip') {
      const { port_id: id } = await floatingIp();
      return id === null
        ? []
        : Object.entries(service().objects.ports)
            .filter(([, each]) => each === id)
            .map(([name]) => name.replace('wire-', ''));
    }
    const found = await Promise.all(
      (['db10', 'db11'] as const).map(async (name) =>
        wireHost(name).exec('ip', '-j', 'addr').includes(`"${pairAddress}"`) &&
        (await pairs(`wire-${name}`)).includes(pairAddress)
          ? [name]
          : [],
      ),
    );
    return found.flat();
  }

  async function reset(): Promise<void> {
    proxy().misbehave();
    for (const name of ['wire-db10', 'wire-db11'] as const)
      if ((await pairs(name)).length > 0) await setPort(name, { allowed_address_pairs: [] });
    if ((await floatingIp()).port_id !== null)
      await (admin ?? assert.fail()).call('PUT', `:9696/v2.0/floatingips/${service().objects.floatingIp}`, {
        floatingip: { port_id: null },
      });
    for (const name of ['db10', 'db11'])
      wireHost(name).exec('sh', '-c', `ip addr del ${pairAddress}/24 dev eth1 2>/dev/null; ip neigh flush all`);
  }

  const dead = (host: VipHost): VipHost => ({ ...host, shell: noShell });

  return {
    service,
    proxy,
    application,
    password,
    provider,
    vipHost,
    port,
    setPort,
    floatingIp,
    pairs,
    holders,
    reset,
    dead,
    limit,
  };
}

/** The one line of what is thrown. */
export async function said(call: () => Promise<unknown>): Promise<string> {
  const line = errorLine(
    await call().then(
      () => assert.fail('it succeeded'),
      (error: unknown) => error,
    ),
  );
  assert.ok(line.length < 600, line);
  for (const secret of ['application-secret', 'viewer-secret', 'wr0ng']) assert.ok(!line.includes(secret), line);
  return line;
}
