// Against real Keystone and Neutron. Control plane only: no packets go through them, so the hosts' own network is the test's wire.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { lookup } from '../../src/adapters/nameLookup.ts';
import { connectNeutron } from '../../src/adapters/neutronClient.ts';
import { Budget } from '../../src/context/budget.ts';
import type { Shell } from '../../src/context/Context.ts';
import type { NeutronApi, NeutronPort } from '../../src/context/OpenStack.ts';
import { readCluster } from '../../src/config/validate.ts';
import { Failure } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { openstackProvider } from '../../src/vip/openstackProvider.ts';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';
import { ACCOUNTS, FLOATING_ADDRESS, OTHER_FLOATING_ADDRESS, type PortName } from '../lab/openstack/objects.ts';
import { startOpenstack, type Openstack } from '../lab/openstack/openstack.ts';
import { openstackOrSkip } from '../lab/openstack/orSkip.ts';
import { restClient, type RestClient } from '../lab/openstack/restClient.ts';
import { openstackFront, type OpenStackFront } from './openstackFront.ts';
import { providerContract } from './providerContract.ts';
import { layWire, type Wire, type WireHost } from './wire.ts';

const pairAddress = '10.77.0.155';
type Options = Readonly<Record<string, string>>;

describe('openstack', { concurrency: false, skip: openstackOrSkip() }, () => {
  let [wire, cloud, front, admin]: [Wire?, Openstack?, OpenStackFront?, RestClient?] = [];
  let warnings: string[] = [];
  before(async () => {
    [wire, cloud] = await Promise.all([layWire(['db10', 'db11']), startOpenstack()]);
    [front, admin] = await Promise.all([openstackFront(cloud.address), restClient(cloud.base, ACCOUNTS.admin)]);
  });
  after(async () => { await Promise.all([wire?.end(), front?.end(), cloud?.stop()]); });

  const service = (): Openstack => cloud ?? assert.fail('no cloud');
  const proxy = (): OpenStackFront => front ?? assert.fail('no front');
  const wireHost = (name: string): WireHost => wire?.hosts.find((host) => host.name === name) ?? assert.fail(name);
  const dead = (): Promise<Shell> => Promise.reject(new Failure('ssh', 'no route to host', { cause: Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }) }));

  const application = (): Options => ({
    openstack_auth_url: `${service().base}:5000`, openstack_region: 'RegionOne',
    openstack_application_credential_id: service().objects.applicationCredential.id, openstack_application_credential_secret: service().objects.applicationCredential.secret,
  });
  const password = (account: keyof typeof ACCOUNTS): Options => ({
    openstack_auth_url: `${service().base}:5000/v3/`, openstack_region: 'RegionOne',
    openstack_username: ACCOUNTS[account].user, openstack_password: ACCOUNTS[account].password, openstack_project: ACCOUNTS[account].project,
  });

  const methods = {
    'floating-ip': { address: FLOATING_ADDRESS, cidr: `${FLOATING_ADDRESS}/32` },
    'allowed-address-pair': { address: pairAddress, cidr: `${pairAddress}/24` },
  } as const;
  type Method = keyof typeof methods;

  /** @param between called once, before the first change of address pairs reaches Neutron */
  function provider(method: Method, { address = methods[method].address as string, between }: { address?: string; between?: () => Promise<unknown> } = {}): Provider {
    warnings = [];
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
      clock: systemClock, budget: new Budget(systemClock, 'test', 60_000), warn: (line) => { warnings.push(line); },
      connect: { lookup, openstack: async (target, limit) => interrupted(await connectNeutron(target, limit, {})) },
    });
  }

  function vipHost(method: Method, name: 'db10' | 'db11', options: Options = application(), { ip, isDead = false }: { ip?: string; isDead?: boolean } = {}): VipHost {
    const lines = Object.entries({ vip_type: 'openstack', openstack_method: method, step_timeout: '60', writer_vip_cidr: methods[method].cidr, cluster_interface: 'eth1', ...options }).map(([key, value]) => `${key} = ${value}`);
    const { cluster, problems } = readCluster('/etc/mha-helper/c.conf', `[default]\n${lines.join('\n')}\n[${name}]\n`);
    const settings = cluster?.hosts[0] ?? assert.fail(problems.map(({ text }) => text).join());
    return { name, ip: ip ?? (name === 'db10' ? '10.77.0.1' : '10.77.0.2'), settings, shell: () => (isDead || method === 'floating-ip' ? dead() : Promise.resolve(wireHost(name).shell)) };
  }

  async function port(name: PortName): Promise<NeutronPort> {
    const { port: found } = await (admin ?? assert.fail()).call('GET', `:9696/v2.0/ports/${service().objects.ports[name]}`) as { port: NeutronPort };
    return found;
  }
  const setPort = (name: PortName, change: Readonly<Record<string, unknown>>): Promise<unknown> => (admin ?? assert.fail()).call('PUT', `:9696/v2.0/ports/${service().objects.ports[name]}`, { port: change });
  const floatingIp = async (): Promise<{ port_id: string | null; fixed_ip_address: string | null; revision_number: number }> =>
    (await (admin ?? assert.fail()).call('GET', `:9696/v2.0/floatingips/${service().objects.floatingIp}`) as { floatingip: { port_id: string | null; fixed_ip_address: string | null; revision_number: number } }).floatingip;
  const pairs = async (name: PortName): Promise<string[]> => (await port(name)).allowed_address_pairs.map(({ ip_address: address }) => address).sort();

  /** The truth, from Neutron and from the hosts; a host on which only one half is says so. */
  async function holders(method: Method): Promise<readonly string[]> {
    if (method === 'floating-ip') {
      const { port_id: id } = await floatingIp();
      return id === null ? [] : Object.entries(service().objects.ports).filter(([, each]) => each === id).map(([name]) => name.replace('wire-', ''));
    }
    const found = await Promise.all((['db10', 'db11'] as const).map(async (name) => {
      const [allowed, there] = [(await pairs(`wire-${name}`)).includes(pairAddress), wireHost(name).exec('ip', '-j', 'addr').includes(`"${pairAddress}"`)];
      return allowed && there ? [name] : allowed ? [`${name}: pair only`] : there ? [`${name}: address only`] : [];
    }));
    return found.flat();
  }

  async function reset(): Promise<void> {
    proxy().misbehave();
    for (const name of ['wire-db10', 'wire-db11'] as const) if ((await pairs(name)).length > 0) await setPort(name, { allowed_address_pairs: [] });
    if ((await floatingIp()).port_id !== null) await (admin ?? assert.fail()).call('PUT', `:9696/v2.0/floatingips/${service().objects.floatingIp}`, { floatingip: { port_id: null } });
    for (const name of ['db10', 'db11']) wireHost(name).exec('sh', '-c', `ip addr del ${pairAddress}/24 dev eth1 2>/dev/null; ip neigh flush all`);
  }

  for (const method of ['floating-ip', 'allowed-address-pair'] as const) {
    describe(method, () => {
      providerContract(() => ({ provider: provider(method), one: vipHost(method, 'db10'), other: vipHost(method, 'db11'), holders: () => holders(method), reset }));
    });
  }

  test('both: a dead host is no obstacle, is cut off, and can have the address back', async () => {
    for (const method of ['floating-ip', 'allowed-address-pair'] as const) {
      await reset();
      const subject = provider(method);
      await subject.assign(vipHost(method, 'db10'));
      const gone = vipHost(method, 'db10', application(), { isDead: true });
      assert.equal(await subject.remains?.(gone), 'held');
      assert.deepEqual(await subject.release(gone), []);
      assert.equal(await subject.remains?.(gone), 'nothing');
      assert.deepEqual(await subject.assign(vipHost(method, 'db11')), []);
      assert.deepEqual(await holders(method), method === 'floating-ip' ? ['db11'] : ['db10: address only', 'db11']);
      // As when a later step has failed.
      await subject.release(vipHost(method, 'db11'));
      await subject.assign(vipHost(method, 'db10'));
      assert.deepEqual(await holders(method), ['db10']);
      assert.equal(await subject.answersElsewhere(vipHost(method, 'db11')), `the port ${service().objects.ports['wire-db10']} (10.77.0.1)`);
    }
  });

  test('allowed-address-pair: a host that did not release it loses it before another one gets it; other pairs stay', async () => {
    await reset();
    await setPort('wire-db10', { allowed_address_pairs: [{ ip_address: pairAddress }, { ip_address: '10.77.0.77' }] });
    await setPort('wire-db11', { allowed_address_pairs: [{ ip_address: '10.77.0.78' }] });
    await provider('allowed-address-pair').assign(vipHost('allowed-address-pair', 'db11'));
    assert.deepEqual(await pairs('wire-db10'), ['10.77.0.77']);
    assert.deepEqual(await pairs('wire-db11'), [pairAddress, '10.77.0.78']);
    await provider('allowed-address-pair').release(vipHost('allowed-address-pair', 'db11'));
    assert.deepEqual(await pairs('wire-db11'), ['10.77.0.78']);
  });

  test('allowed-address-pair: what somebody else changes at the same moment is not lost', async () => {
    await reset();
    const between = (): Promise<unknown> => setPort('wire-db10', { allowed_address_pairs: [{ ip_address: '10.77.0.79' }] });
    await provider('allowed-address-pair', { between }).assign(vipHost('allowed-address-pair', 'db10'));
    assert.deepEqual(await pairs('wire-db10'), [pairAddress, '10.77.0.79']);
  });

  test('allowed-address-pair: a port that is not restricted cannot be cut off, and that is said', async () => {
    await reset();
    await setPort('wire-db10', { allowed_address_pairs: [{ ip_address: '10.77.0.0/24' }] });
    const host = vipHost('allowed-address-pair', 'db10', application(), { isDead: true });
    assert.match((await provider('allowed-address-pair').release(host)).join(), /^the network lets db10 go on using 10\.77\.0\.155, because port .* is not restricted: its address pair 10\.77\.0\.0\/24 covers the address; keep that host off/);
    assert.match((await provider('allowed-address-pair').check(vipHost('allowed-address-pair', 'db10'))).map(({ text }) => text).join(), /can use 10\.77\.0\.155 whether it is the master or not/);
  });

  test('floating-ip: a port with two addresses; an address that is behind another floating IP', async () => {
    await reset();
    const two = { ...application(), openstack_port: service().objects.ports['wire-two'], openstack_fixed_ip: '10.77.0.21' };
    await provider('floating-ip').assign(vipHost('floating-ip', 'db10', two));
    assert.equal((await floatingIp()).fixed_ip_address, '10.77.0.21');
    const unclear = await said(() => provider('floating-ip').assign(vipHost('floating-ip', 'db10', { ...application(), openstack_port: service().objects.ports['wire-two'] })));
    assert.match(unclear, /does not have the address 10\.77\.0\.1 \(it has 10\.77\.0\.2[01], 10\.77\.0\.2[01]\) -- set openstack_fixed_ip for db10/);
    const other = provider('floating-ip', { address: OTHER_FLOATING_ADDRESS });
    assert.match(await said(() => other.assign(vipHost('floating-ip', 'db10', two))), /FloatingIPPortAlreadyAssociated: .* -- that address is behind another floating IP already/);
    assert.match((await other.check(vipHost('floating-ip', 'db10', two))).map(({ text }) => text).join(), /10\.77\.0\.21 of port .* \(db10\) is behind another floating IP, 203\.0\.113\.155/);
  });

  /** The one line of what is thrown. */
  async function said(call: () => Promise<unknown>): Promise<string> {
    const line = errorLine(await call().then(() => assert.fail('it succeeded'), (error: unknown) => error));
    assert.ok(line.length < 600, line);
    for (const secret of ['application-secret', 'viewer-secret', 'wr0ng']) assert.ok(!line.includes(secret), line);
    return line;
  }

  test('credentials, rights, and objects that are not there: one clear line each, from the check too', async () => {
    await reset();
    const cases: readonly (readonly [string, Method, Options, RegExp, string?])[] = [
      ['password', 'floating-ip', { ...password('viewer'), openstack_password: 'wr0ng' }, /^Keystone at http:\S+\/v3 refused the login of viewer in project databases: 401 Unauthorized: /],
      ['secret', 'allowed-address-pair', { ...application(), openstack_application_credential_secret: 'wr0ng' }, /^Keystone at \S+ refused the login of the application credential \S+: 401 Unauthorized: .* -- is the password or secret right/],
      ['project', 'floating-ip', { ...password('viewer'), openstack_project: 'gone' }, /^Keystone at \S+ refused the login of viewer in project gone: 401/],
      ['rights', 'floating-ip', password('viewer'), /^Neutron at \S+ did not (?:lead|take) the floating IP 203\.0\.113\.155 .*: 403 PolicyNotAuthorized: .* -- this login may not do that: its role/],
      ['rights', 'allowed-address-pair', password('viewer'), /^Neutron at \S+ did not change the allowed address pairs of port \S+: 403 PolicyNotAuthorized: /],
      ['network of another project', 'allowed-address-pair', { ...application(), openstack_port: service().objects.ports.shared }, /403 PolicyNotAuthorized: .*address pairs on a network that another project owns need the policy/],
      ['region', 'floating-ip', { ...application(), openstack_region: 'moon' }, /no public endpoint of the network service in region moon \(there are: .*RegionOne.*\) -- see openstack_region/],
      ['regions', 'floating-ip', { ...application(), openstack_region: '' }, /has the network service in more than one region \(there are: .*\) -- name one in openstack_region/],
      ['port', 'allowed-address-pair', { ...application(), openstack_port: '00000000-0000-0000-0000-000000000000' }, /^OpenStack: there is no port 0{8}-\S+ \(openstack_port\) for db10 in this project -- set openstack_port for db10/],
      ['host', 'floating-ip', application(), /^OpenStack: there is no port with the address 10\.77\.0\.99 for db10 in this project/, '10.77.0.99'],
      ['Keystone', 'floating-ip', { ...application(), openstack_auth_url: `${service().base}:9696` }, /^Keystone at \S+:9696\/v3 did not let the application credential \S+ log in: 404 .* -- is this the URL of Keystone v3\?/],
    ];
    for (const [what, method, options, line, ip] of cases) {
      const host = vipHost(method, 'db10', options, ip === undefined ? {} : { ip });
      assert.match(await said(() => provider(method).assign(host)), line, what);
      assert.match((await provider(method).check(host)).map(({ text, hint }) => `${text} -- ${hint ?? ''}`).join('; '), line.source.startsWith('^') ? new RegExp(line.source.slice(1).replace('^', '')) : line, what);
    }
    const island = vipHost('floating-ip', 'db10', { ...application(), openstack_port: service().objects.ports.island });
    assert.match(await said(() => provider('floating-ip').assign(island)), /404 ExternalGatewayForFloatingIPNotFound: .* -- connect the subnet of the port to a router/);
    assert.match((await provider('floating-ip').check(island)).map(({ text }) => text).join(), /no router is to be seen that leads from the network of port/);
    assert.match(await said(() => provider('floating-ip', { address: '203.0.113.9' }).assign(vipHost('floating-ip', 'db10'))), /^OpenStack: there is no floating IP 203\.0\.113\.9 in this project -- see writer_vip_cidr/);
  });

  test('a check leaves port and floating IP as they are, to the revision', async () => {
    await reset();
    for (const method of ['floating-ip', 'allowed-address-pair'] as const) {
      await provider(method).assign(vipHost(method, 'db10'));
      const [before, port10, port11] = [await floatingIp(), await port('wire-db10'), await port('wire-db11')];
      assert.deepEqual(await provider(method).check(vipHost(method, 'db10')), []);
      assert.deepEqual(await provider(method).check(vipHost(method, 'db11')), []);
      assert.deepEqual([await floatingIp(), await port('wire-db10'), await port('wire-db11')], [before, port10, port11]);
    }
  });

  test('a password login; the internal endpoint where the public one leads nowhere', async () => {
    const inner = { openstack_region: 'inner', openstack_interface: 'internal' };
    assert.equal(await provider('floating-ip').holds(vipHost('floating-ip', 'db11', { ...password('member'), ...inner })), false);
    const outer = vipHost('floating-ip', 'db11', { ...password('member'), openstack_region: 'inner', step_timeout: '1' });
    assert.match(await said(() => provider('floating-ip').holds(outer)), /^Neutron at \S+:9 cannot be reached: connect ECONNREFUSED/);
  });

  describe('behind a proxy with TLS', () => {
    const secure = (more: Options = {}): VipHost => vipHost('floating-ip', 'db10', {
      ...application(), openstack_auth_url: `${service().base.replace('http:', 'https:')}:5443/v3`, openstack_region: 'secure', openstack_ca_file: proxy().caFile, ...more,
    });

    test('a certificate of the cloud\'s own authority, and one that nobody trusts', async () => {
      await reset();
      await provider('floating-ip').assign(secure());
      assert.deepEqual(await holders('floating-ip'), ['db10']);
      assert.match(await said(() => provider('floating-ip').holds(secure({ openstack_ca_file: '' }))), /^Keystone at https:\S+: its certificate is not accepted: self-signed certificate -- name the authority's certificates in openstack_ca_file/);
    });

    test('a token that is not valid any more is replaced, once', async () => {
      await reset();
      const subject = provider('floating-ip');
      await subject.prepare(secure());
      const before = proxy().logins();
      proxy().misbehave('forgets the token');
      await subject.assign(secure());
      assert.equal(proxy().logins(), before + 1);
      assert.deepEqual(await holders('floating-ip'), ['db10']);
      proxy().misbehave('forgets the token', 'forgets the token');
      assert.match(await said(() => subject.holds(secure())), /did not list floatingips: 401 /);
    });

    test('an answer in HTML and a connection that is closed are tried again; at the deadline it is said what the matter is', async () => {
      await reset();
      const subject = provider('floating-ip');
      await subject.prepare(secure());
      proxy().misbehave('is down', 'hangs up', 'is down');
      await subject.assign(secure());
      assert.deepEqual(await holders('floating-ip'), ['db10']);
      const short = secure({ step_timeout: '2' });
      const lines: string[] = [];
      for (const how of ['is down', 'hangs up', 'hangs'] as const) {
        const late = provider('floating-ip');
        await late.prepare(short);
        proxy().misbehave(...Array.from({ length: 20 }, () => how));
        lines.push(await said(() => late.release(short)));
      }
      proxy().misbehave();
      assert.match(lines[0] ?? '', /^Neutron at https:\S+ did not list floatingips: 503 Service Unavailable, without a reason -- is Neutron well/);
      assert.match(lines[1] ?? '', /^Neutron at https:\S+ closed the connection without an answer/);
      assert.match(lines[2] ?? '', /^Neutron at https:\S+ did not answer within (?:2|1\.\d+) s/);
    });
  });
});
