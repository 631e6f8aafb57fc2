// Against real Keystone and Neutron. Control plane only: no packets go through them, so the hosts' own network is the
// test's wire.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { VipHost } from '../../src/vip/Provider.ts';
import { documentedText } from '../documents/pages.ts';
import { ACCESS_RULES, OTHER_FLOATING_ADDRESS } from '../lab/openstack/objects.ts';
import { openstackObstacle } from '../lab/openstack/openstack.ts';
import { orSkip } from '../lab/orSkip.ts';
import { openstackFixture, pairAddress, said, type Method, type Options } from './openstackFixture.ts';
import { providerContract } from './providerContract.ts';
import { patternOf } from '../patternOf.ts';
import { describeThoroughly } from '../thorough.ts';

const skip = orSkip('vip_type = openstack', openstackObstacle());

describeThoroughly('openstack', { concurrency: false, skip }, () => {
  const {
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
  } = openstackFixture();

  for (const method of ['floating-ip', 'allowed-address-pair'] as const) {
    describe(method, () => {
      providerContract(() => ({
        provider: provider(method),
        one: vipHost(method, 'db10'),
        other: vipHost(method, 'db11'),
        holders: () => holders(method),
        reset,
        dead,
      }));
    });
  }

  test('allowed-address-pair: a host that did not release it loses it before another gets it', async () => {
    await reset();
    await setPort('wire-db10', { allowed_address_pairs: [{ ip_address: pairAddress }, { ip_address: '10.77.0.77' }] });
    await setPort('wire-db11', { allowed_address_pairs: [{ ip_address: '10.77.0.78' }] });
    const subject = provider('allowed-address-pair');
    assert.deepEqual(await subject.answersElsewhere(vipHost('allowed-address-pair', 'db11'), 'once'), {
      kind: 'somebody',
      who: `the port ${service().objects.ports['wire-db10']} (10.77.0.1)`,
    });
    await subject.assign(vipHost('allowed-address-pair', 'db11'));
    assert.deepEqual(await pairs('wire-db10'), ['10.77.0.77']);
    assert.deepEqual(await pairs('wire-db11'), [pairAddress, '10.77.0.78']);
    await provider('allowed-address-pair').release(vipHost('allowed-address-pair', 'db11'));
    assert.deepEqual(await pairs('wire-db11'), ['10.77.0.78']);
  });

  test('allowed-address-pair: what somebody else changes at the same moment is not lost', async () => {
    await reset();
    const between = (): Promise<unknown> =>
      setPort('wire-db10', { allowed_address_pairs: [{ ip_address: '10.77.0.79' }] });
    await provider('allowed-address-pair', { between }).assign(vipHost('allowed-address-pair', 'db10'));
    assert.deepEqual(await pairs('wire-db10'), [pairAddress, '10.77.0.79']);
  });

  test('allowed-address-pair: a port that is not restricted cannot be cut off, and that is said', async () => {
    await reset();
    await setPort('wire-db10', { allowed_address_pairs: [{ ip_address: '10.77.0.0/24' }] });
    const host = vipHost('allowed-address-pair', 'db10');
    await provider('allowed-address-pair').assign(host);
    const refusal = await said(() => provider('allowed-address-pair').release(dead(host)));
    assert.match(
      refusal,
      patternOf(
        String.raw`^OpenStack: the network lets db10 use 10\.77\.0\.155 even so, `,
        String.raw`because port \S+ is not restricted: its `,
        String.raw`address pair 10\.77\.0\.0\/24 covers the address, and it was `,
        String.raw`not removed on the host itself -- keep `,
        String.raw`db10 off`,
      ),
    );
    assert.deepEqual(await pairs('wire-db10'), ['10.77.0.0/24']);
    // The host answers, and it is gone there.
    assert.match(
      (await provider('allowed-address-pair').release(host)).join(),
      /^the network lets db10 use .*; the address was removed on the host itself, but restrict the port$/,
    );
    assert.match(
      (await provider('allowed-address-pair').check(vipHost('allowed-address-pair', 'db10')))
        .map(({ text }) => text)
        .join(),
      /can use 10\.77\.0\.155 whether it is the master or not/,
    );
  });

  test(
    'allowed-address-pair: a pair for another MAC address does not let the host through, and goes with the ' +
      'address',
    async () => {
      await reset();
      await setPort('wire-db10', {
        allowed_address_pairs: [{ ip_address: pairAddress, mac_address: '00:00:5e:00:01:0a' }],
      });
      const [subject, host] = [provider('allowed-address-pair'), vipHost('allowed-address-pair', 'db10')];
      assert.deepEqual([await subject.holds(host), await subject.remains?.(host)], [false, 'partly']);
      await subject.assign(host);
      assert.deepEqual([await subject.holds(host), await pairs('wire-db10')], [true, [pairAddress, pairAddress]]);
      await subject.release(host);
      assert.deepEqual(await pairs('wire-db10'), []);
    },
  );

  test('floating-ip: a port with two addresses; an address that is behind another floating IP', async () => {
    await reset();
    const two = {
      ...application(),
      openstack_port: service().objects.ports['wire-two'],
      openstack_fixed_ip: '10.77.0.21',
    };
    await provider('floating-ip').assign(vipHost('floating-ip', 'db10', two));
    assert.equal((await floatingIp()).fixed_ip_address, '10.77.0.21');
    assert.deepEqual(await provider('floating-ip').answersElsewhere(vipHost('floating-ip', 'db11'), 'once'), {
      kind: 'somebody',
      who: `the port ${service().objects.ports['wire-two']} (10.77.0.21)`,
    });
    const unclear = await said(() =>
      provider('floating-ip').assign(
        vipHost('floating-ip', 'db10', { ...application(), openstack_port: service().objects.ports['wire-two'] }),
      ),
    );
    assert.match(
      unclear,
      patternOf(
        String.raw`does not have the address 10\.77\.0\.1 \(it has 10\.77\.0\.2[01], 10\.77\.0\.2[01]\) -- set `,
        String.raw`openstack_fixed_ip for db10`,
      ),
    );
    const other = provider('floating-ip', { address: OTHER_FLOATING_ADDRESS });
    assert.match(
      await said(() => other.assign(vipHost('floating-ip', 'db10', two))),
      /FloatingIPPortAlreadyAssociated: .* -- that address is behind another floating IP already/,
    );
    assert.match(
      (await other.check(vipHost('floating-ip', 'db10', two))).map(({ text }) => text).join(),
      /10\.77\.0\.21 of port .* \(db10\) is behind another floating IP, 203\.0\.113\.155/,
    );
  });

  test('credentials, rights, and objects that are not there: one clear line each, from the check too', async () => {
    await reset();
    const cases: readonly (readonly [string, Method, Options, RegExp, string?])[] = [
      [
        'password',
        'floating-ip',
        { ...password('viewer'), openstack_password: 'wr0ng' },
        /^Keystone at http:\S+\/v3 refused the login of viewer in project databases: 401 Unauthorized: /,
      ],
      [
        'secret',
        'allowed-address-pair',
        { ...application(), openstack_application_credential_secret: 'wr0ng' },
        patternOf(
          String.raw`^Keystone at \S+ refused the login of the application credential \S+: 401 Unauthorized: .* -- is `,
          String.raw`the password or secret right`,
        ),
      ],
      [
        'project',
        'floating-ip',
        { ...password('viewer'), openstack_project: 'gone' },
        /^Keystone at \S+ refused the login of viewer in project gone: 401/,
      ],
      [
        'rights',
        'floating-ip',
        password('viewer'),
        patternOf(
          String.raw`^Neutron at \S+ did not (?:lead|take) the floating IP `,
          String.raw`203\.0\.113\.155 .*: 403 PolicyNotAuthorized: `,
          String.raw`.* -- this login may not do that: its role`,
        ),
      ],
      [
        'rights',
        'allowed-address-pair',
        password('viewer'),
        /^Neutron at \S+ did not change the allowed address pairs of port \S+: 403 PolicyNotAuthorized: /,
      ],
      [
        'network of another project',
        'allowed-address-pair',
        { ...application(), openstack_port: service().objects.ports.shared },
        /403 PolicyNotAuthorized: .*address pairs on a network that another project owns need the policy/,
      ],
      [
        'region',
        'floating-ip',
        { ...application(), openstack_region: 'moon' },
        /no public endpoint of the network service in region moon \(there are: .*RegionOne.*\) -- see openstack_region/,
      ],
      [
        'regions',
        'floating-ip',
        { ...application(), openstack_region: '' },
        /has the network service in more than one region \(there are: .*\) -- name one in openstack_region/,
      ],
      [
        'port',
        'allowed-address-pair',
        { ...application(), openstack_port: '00000000-0000-0000-0000-000000000000' },
        patternOf(
          String.raw`^OpenStack: there is no port 0{8}-\S+ \(openstack_port\) for db10 in this project -- set `,
          String.raw`openstack_port for db10`,
        ),
      ],
      [
        'host',
        'floating-ip',
        application(),
        /^OpenStack: there is no port with the address 10\.77\.0\.99 for db10 in this project/,
        '10.77.0.99',
      ],
      [
        'Keystone',
        'floating-ip',
        { ...application(), openstack_auth_url: `${service().base}:9696` },
        patternOf(
          String.raw`^Keystone at \S+:9696\/v3 did not let the application `,
          String.raw`credential \S+ log in: 404 .* -- is this the `,
          String.raw`URL of Keystone v3\?`,
        ),
      ],
    ];
    for (const [what, method, options, line, ip] of cases) {
      const host = vipHost(method, 'db10', options, ip === undefined ? {} : { ip });
      assert.match(await said(() => provider(method).assign(host)), line, what);
      assert.match(
        (await provider(method).check(host)).map(({ text, hint }) => `${text} -- ${hint ?? ''}`).join('; '),
        line.source.startsWith('^') ? new RegExp(line.source.slice(1).replace('^', '')) : line,
        what,
      );
    }
    const island = vipHost('floating-ip', 'db10', { ...application(), openstack_port: service().objects.ports.island });
    assert.match(
      await said(() => provider('floating-ip').assign(island)),
      /404 ExternalGatewayForFloatingIPNotFound: .* -- connect the subnet of the port to a router/,
    );
    assert.match(
      (await provider('floating-ip').check(island)).map(({ text }) => text).join(),
      /no router is to be seen that leads from the network of port/,
    );
    assert.match(
      await said(() => provider('floating-ip', { address: '203.0.113.9' }).assign(vipHost('floating-ip', 'db10'))),
      /^OpenStack: there is no floating IP 203\.0\.113\.9 in this project -- see writer_vip_cidr/,
    );
  });

  test('a check leaves port and floating IP as they are, to the revision', async () => {
    await reset();
    for (const method of ['floating-ip', 'allowed-address-pair'] as const) {
      await provider(method).assign(vipHost(method, 'db10'));
      const [before, port10, port11] = [await floatingIp(), await port('wire-db10'), await port('wire-db11')];
      assert.deepEqual(await provider(method).check(vipHost(method, 'db10')), []);
      assert.deepEqual(await provider(method).check(vipHost(method, 'db11')), []);
      assert.deepEqual(
        [await floatingIp(), await port('wire-db10'), await port('wire-db11')],
        [before, port10, port11],
      );
    }
  });

  test('the access rules in the documents are enough', async () => {
    await reset();
    const text = documentedText(/give it access rules:\s+((?:`[^`]*`|[^`.])+)\./);
    let method = '';
    const rules = [...text.matchAll(/`([^`]+)`/g)].flatMap(([, word = '']) => {
      if (word.startsWith('/')) return [[method, word]];
      method = word;
      return [];
    });
    assert.deepEqual(rules, ACCESS_RULES);
    for (const way of ['floating-ip', 'allowed-address-pair'] as const) {
      const [subject, host] = [provider(way), vipHost(way, 'db10', application('narrowCredential'))];
      assert.deepEqual(await subject.check(host), []);
      await subject.assign(host);
      assert.deepEqual(await holders(way), ['db10']);
      await subject.release(host);
      assert.deepEqual(await holders(way), []);
    }
  });

  test('a password login; the internal endpoint where the public one leads nowhere', async () => {
    const inner = { openstack_region: 'inner', openstack_interface: 'internal' };
    assert.equal(
      await provider('floating-ip').holds(vipHost('floating-ip', 'db11', { ...password('member'), ...inner })),
      false,
    );
  });

  describe('behind a proxy with TLS', () => {
    const secure = (more: Options = {}): VipHost =>
      vipHost('floating-ip', 'db10', {
        ...application(),
        openstack_auth_url: `${service().base.replace('http:', 'https:')}:5443/v3`,
        openstack_region: 'secure',
        openstack_ca_file: proxy().caFile,
        ...more,
      });

    test("a certificate of the cloud's own authority, and one that nobody trusts", async () => {
      await reset();
      await provider('floating-ip').assign(secure());
      assert.deepEqual(await holders('floating-ip'), ['db10']);
      assert.match(
        await said(() => provider('floating-ip').holds(secure({ openstack_ca_file: '' }))),
        patternOf(
          String.raw`^Keystone at https:\S+: its certificate is not accepted: self-signed certificate -- name the `,
          String.raw`authority's certificates in openstack_ca_file`,
        ),
      );
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

    test(
      'an answer in HTML and a connection that is closed are tried again; at the deadline it is said what the ' +
        'matter is',
      async () => {
        await reset();
        const subject = provider('floating-ip');
        await subject.prepare(secure());
        proxy().misbehave('is down', 'hangs up', 'is down');
        await subject.assign(secure());
        assert.deepEqual(await holders('floating-ip'), ['db10']);
        const lines: string[] = [];
        for (const how of ['is down', 'hangs up', 'hangs'] as const) {
          proxy().misbehave(...Array.from({ length: 20 }, () => how));
          limit.atMost = 1_000;
          lines.push(await said(() => subject.release(secure())));
          limit.atMost = Infinity;
        }
        proxy().misbehave();
        assert.match(
          lines[0] ?? '',
          patternOf(
            String.raw`^Neutron at https:\S+ did not list floatingips: 503 Service `,
            String.raw`Unavailable, without a reason -- is `,
            String.raw`Neutron well`,
          ),
        );
        assert.match(lines[1] ?? '', /^Neutron at https:\S+ closed the connection without an answer/);
        assert.match(lines[2] ?? '', /^Neutron at https:\S+ did not answer within [\d.]+ s/);
      },
    );
  });
});
