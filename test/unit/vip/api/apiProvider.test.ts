import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Budget } from '../../../../src/context/budget.ts';
import type { Ec2Api, Ec2Interface } from '../../../../src/context/Clouds.ts';
import type { NeutronApi, NeutronPort } from '../../../../src/context/OpenStack.ts';
import { readCluster } from '../../../../src/config/validate.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { apiProvider, type AddressApi } from '../../../../src/vip/api/apiProvider.ts';
import { openstackProvider } from '../../../../src/vip/openstack/provider.ts';
import { awsHolder } from '../../../../src/vip/aws/holder.ts';
import { NoPlace } from '../../../../src/vip/api/NoPlace.ts';
import { openstackHolder } from '../../../../src/vip/openstack/holder.ts';
import { none } from '../../../../src/vip/none.ts';
import type { Provider, VipHost } from '../../../../src/vip/Provider.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { fakeNeutron, neutronPort } from '../../../doubles/neutron.ts';
import { shell } from '../../../doubles/tools.ts';

const { cluster } = readCluster(
  '/etc/mha-helper/c.conf',
  '[default]\nvip_type = openstack\nopenstack_method = floating-ip\nwriter_vip_cidr = 10.0.0.155/32\n[db10]\n[db11]\n',
);
const host = (name: string, ssh: VipHost['shell'] = () => Promise.resolve(shell(() => ({})))): VipHost => {
  const settings = cluster?.hosts.find((one) => one.host === name) ?? assert.fail(name);
  return { name, ip: '10.0.0.10', port: 3306, settings, shell: ssh };
};
const gone = host('db10', () =>
  Promise.reject(
    new Failure('ssh', 'no route to host', { cause: Object.assign(new Error('x'), { code: 'EHOSTUNREACH' }) }),
  ),
);
const refusing = host('db10', () => Promise.reject(new Failure('ssh', 'no key was accepted by 10.0.0.10:22')));

/** A service and a host of which the test says what is so. */
function provider(
  led: 'all' | 'some' | 'none',
  itself: boolean,
  more: { api?: Partial<AddressApi>; part?: Partial<Provider>; holder?: string } = {},
) {
  const calls: string[] = [];
  const warnings: string[] = [];
  const note = (what: string) => () => {
    calls.push(what);
    return Promise.resolve([]);
  };
  const api: AddressApi = {
    name: 'Cloud',
    prepare: () => Promise.resolve(),
    holds: () => Promise.resolve(led),
    release: note('api release'),
    assign: note('api assign'),
    answersElsewhere: () => Promise.resolve(null),
    byHand: () => 'do it in the cloud',
    check: () => Promise.resolve([]),
    ...more.api,
  };
  const part: Provider = {
    ...none,
    holds: () => Promise.resolve(itself),
    release: note('host release'),
    assign: note('host assign'),
    byHand: () => 'do it on the host',
    ...more.part,
  };
  return {
    calls,
    warnings,
    subject: apiProvider(
      '10.0.0.155',
      api,
      () => Promise.resolve(more.holder ?? null),
      part,
      (line) => warnings.push(line),
    ),
  };
}

describe('what release() would take away', () => {
  for (const [led, itself, ofLiving, ofGone] of [
    ['all', true, 'held', 'held'],
    ['all', false, 'partly', 'held'],
    ['some', true, 'partly', 'partly'],
    ['some', false, 'partly', 'partly'],
    ['none', true, 'rest', 'nothing'],
    ['none', false, 'nothing', 'nothing'],
  ] as const) {
    test(`the service leads ${led} of the clients there, and the host has the address: ${itself}`, async () => {
      const { subject } = provider(led, itself);
      assert.deepEqual([await subject.remains?.(host('db10')), await subject.remains?.(gone)], [ofLiving, ofGone]);
    });
  }
});

test('release: first on the host, where it answers', async () => {
  const living = provider('all', true);
  assert.deepEqual(await living.subject.release(host('db10')), []);
  assert.deepEqual(living.calls, ['host release', 'api release']);
  const dead = provider('all', true);
  assert.deepEqual(await dead.subject.release(gone), []);
  assert.deepEqual([dead.calls, dead.warnings.length], [['api release'], 1]);
});

test('release: a host that lives but lets nobody in has the address still, and that is left to do', async () => {
  const { subject, calls } = provider('all', true);
  assert.deepEqual(await subject.release(refusing), [
    'Cloud does not lead clients to db10 any more, but the writer address could not be removed there (no key was ' +
      'accepted by 10.0.0.10:22): do it on the host',
  ]);
  assert.deepEqual(calls, ['api release']);
});

test('release: an instance gone with its network interface lost the address, unless somebody has it', async () => {
  const api = { release: () => Promise.reject(new NoPlace('Cloud: there is no port for db10', { hint: '' })) };
  const deleted = provider('none', false, { api });
  assert.deepEqual(await deleted.subject.release(gone), []);
  assert.equal(
    deleted.warnings.at(-1),
    'Cloud: there is no port for db10; it is taken for deleted, because Cloud leads the writer address 10.0.0.155 ' +
      'to nobody',
  );
  await assert.rejects(provider('none', false, { api, holder: 'p2' }).subject.release(gone), {
    kind: 'address',
    message: 'Cloud: there is no port for db10',
  });
});

test('whom the service leads clients to, asked without the places of hosts', async () => {
  const floating = (port_id: string | null): Partial<NeutronApi> => ({
    floatingIps: () =>
      Promise.resolve([
        {
          id: 'f',
          floating_ip_address: '10.0.0.155',
          floating_network_id: 'n',
          port_id,
          fixed_ip_address: null,
          revision_number: 1,
        },
      ]),
  });
  const inNeutron = (
    method: 'floating-ip' | 'allowed-address-pair',
    api: Partial<NeutronApi>,
  ): Promise<string | null> =>
    openstackHolder('10.0.0.155', method, { neutron: () => Promise.resolve(api as NeutronApi) })(gone);
  assert.deepEqual(
    [await inNeutron('floating-ip', floating(null)), await inNeutron('floating-ip', floating('p1'))],
    [null, 'p1'],
  );
  assert.equal(await inNeutron('allowed-address-pair', fakeNeutron([neutronPort(11)])), null);
  assert.equal(
    await inNeutron('allowed-address-pair', fakeNeutron([neutronPort(11, [{ ip_address: '10.0.0.155/32' }])])),
    'port-11',
  );
  const eni = (id: string): Ec2Interface => ({ id }) as Partial<Ec2Interface> as Ec2Interface;
  const led = (to: string | null): Partial<Ec2Api> => ({
    elasticIp: () => Promise.resolve({ allocationId: 'a', associationId: null, interfaceId: to }),
    interfaces: (filter) =>
      Promise.resolve(filter['network-interface-id'] === 'deleted' || to === null ? [] : [eni(to)]),
    routeTables: () => Promise.resolve([{ id: 'rtb', routes: new Map([['10.0.0.155/32', to]]) }]),
  });
  const inAws = (method: 'private-ip' | 'elastic-ip' | 'route-table', to: string | null): Promise<string | null> =>
    awsHolder('10.0.0.155', method, { ec2: () => Promise.resolve(led(to) as Ec2Api) })(gone);
  for (const method of ['private-ip', 'elastic-ip'] as const)
    assert.deepEqual([await inAws(method, null), await inAws(method, 'eni-1')], [null, 'eni-1']);
  // A route to a deleted interface stays, and leads nowhere.
  assert.deepEqual([await inAws('route-table', 'deleted'), await inAws('route-table', 'eni-1')], [null, 'eni-1']);
});

test('assign: what the service does late finds the host ready; what it refuses does not', async () => {
  const late = provider('none', false, {
    api: { assign: () => Promise.reject(new Failure('deadline', 'Cloud: not so after 10 s')) },
  });
  await assert.rejects(late.subject.assign(host('db10')), {
    kind: 'deadline',
    message: 'Cloud: not so after 10 s; the address is on db10, and clients come as soon as Cloud has done it',
  });
  assert.deepEqual(late.calls, ['host assign']);
  const refused = provider('none', false, {
    api: { assign: () => Promise.reject(new Failure('address', 'Cloud: no')) },
  });
  await assert.rejects(refused.subject.assign(host('db10')), { kind: 'address', message: 'Cloud: no' });
  assert.deepEqual(refused.calls, []);
});

test('who else: the network is asked too where it can be, and believed when the service does not answer', async () => {
  const down = { api: { answersElsewhere: () => Promise.reject(new Failure('address', 'Cloud: down')) } };
  const somebody = { kind: 'somebody', who: 'a host' } as const;
  const heard = { asksNetwork: true, answersElsewhere: () => Promise.resolve(somebody) };
  const silent = { ...heard, answersElsewhere: () => Promise.resolve({ kind: 'nobody' } as const) };
  const ask = (more: Parameters<typeof provider>[2]) =>
    provider('none', false, more).subject.answersElsewhere(host('db10'), 'once');
  assert.deepEqual(await ask({ ...down, part: heard }), somebody);
  // A service that does not say whom it leads clients to is not one that leads them to nobody.
  assert.deepEqual(await ask({ ...down, part: silent }), { kind: 'unknown', why: 'Cloud: down' });
  assert.deepEqual(await ask({ part: { ...heard, asksNetwork: false } }), { kind: 'nobody' });
});

test('two hosts that turn out to be in one place are refused', async () => {
  const port: Partial<NeutronPort> = { id: 'p1', fixed_ips: [{ ip_address: '10.0.0.10', subnet_id: 's' }] };
  const api: Partial<NeutronApi> = {
    ports: () => Promise.resolve([port as NeutronPort]),
    floatingIps: () =>
      Promise.resolve([
        {
          id: 'f',
          floating_ip_address: '10.0.0.155',
          floating_network_id: 'n',
          port_id: 'p1',
          fixed_ip_address: '10.0.0.10',
          revision_number: 1,
        },
      ]),
  };
  const clock = new FakeClock();
  const subject = openstackProvider('10.0.0.155', 'floating-ip', {
    clock,
    budget: new Budget(clock, 'test', 60_000),
    warn: () => undefined,
    connect: { lookup: () => Promise.resolve([]), openstack: () => Promise.resolve(api as NeutronApi) },
  });
  assert.equal(await subject.holds(host('db10')), true);
  await assert.rejects(subject.holds(host('db11')), {
    kind: 'config',
    message: 'db10 and db11 have the same port, p1: the writer address cannot move between them',
  });
});
