// Hosts on a wire with a network interface each in moto's EC2, and what is true there, asked without the program under
// test.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { connectEc2 } from '../../src/adapters/ec2/client.ts';
import { lookup } from '../../src/adapters/nameLookup.ts';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { Budget } from '../../src/context/budget.ts';
import { readCluster } from '../../src/config/validate.ts';
import { awsProvider } from '../../src/vip/aws/provider.ts';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';
import { ec2Front, type Ec2Front } from '../lab/ec2Front.ts';
import { Ec2Query, valuesOf } from '../lab/ec2Query.ts';
import { startMoto, type Moto } from '../lab/moto.ts';
import { freePort } from './sshServer.ts';
import { layWire, type Wire, type WireHost } from './wire.ts';

export type Method = 'private-ip' | 'elastic-ip' | 'route-table';
export type Options = Readonly<Record<string, string>>;
const names = ['db10', 'db11'] as const;

/** Its methods work between node:test's `before` and `after`. */
export function ec2Fixture() {
  let [wire, moto, front, query]: [Wire?, Moto?, Ec2Front?, Ec2Query?] = [];
  let [elastic, motoUrl, vpc, subnet] = ['', '', '', ''];
  const interfaces = new Map<string, string>();
  const tables: string[] = [];
  const warnings: string[] = [];
  const environment = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };

  before(async () => {
    Object.assign(process.env, environment);
    const port = await freePort();
    motoUrl = `http://127.0.0.1:${port}`;
    [wire, moto] = await Promise.all([layWire(names), startMoto(port)]);
    front = await ec2Front(port);
    query = new Ec2Query(motoUrl);
    vpc = await query.value('vpcId', 'CreateVpc', { CidrBlock: '10.77.0.0/23' });
    subnet = await query.value('subnetId', 'CreateSubnet', { VpcId: vpc, CidrBlock: '10.77.0.0/24' });
    for (const [index, name] of names.entries()) {
      const id = await query.value('networkInterfaceId', 'CreateNetworkInterface', {
        SubnetId: subnet,
        PrivateIpAddress: `10.77.0.${index + 1}`,
      });
      interfaces.set(name, id);
      await query.ask('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, 'SourceDestCheck.Value': 'false' });
    }
    elastic = await query.value('publicIp', 'AllocateAddress', { Domain: 'vpc', Address: '203.0.113.155' });
    for (let n = 0; n < 2; n += 1) tables.push(await query.value('routeTableId', 'CreateRouteTable', { VpcId: vpc }));
  });
  after(async () => {
    await Promise.all([wire?.end(), front?.end(), moto?.stop()]);
  });

  const ec2 = (): Ec2Query => query ?? assert.fail('no moto');
  const proxy = (): Ec2Front => front ?? assert.fail('no front');
  const wireHost = (name: string): WireHost => wire?.hosts.find((host) => host.name === name) ?? assert.fail(name);
  const addressOf = (method: Method): string =>
    ({ 'private-ip': '10.77.0.155', 'elastic-ip': elastic, 'route-table': '10.99.0.155' })[method];

  function provider(method: Method, address = addressOf(method)): Provider {
    warnings.length = 0;
    return awsProvider(address, method, {
      clock: systemClock,
      budget: new Budget(systemClock, 'test', 120_000),
      warn: (line) => {
        warnings.push(line);
      },
      connect: { lookup, ec2: async (target, limit) => connectEc2(target, limit) },
    });
  }

  function vipHost(method: Method, name: string, more: Options = {}): VipHost {
    const lines = Object.entries({
      vip_type: 'aws',
      aws_method: method,
      writer_vip_cidr: `${addressOf(method)}/${method === 'private-ip' ? 24 : 32}`,
      cluster_interface: 'eth1',
      step_timeout: '30',
      aws_endpoint: `http://127.0.0.1:${proxy().port}`,
      ...(method === 'route-table' ? { aws_route_table_ids: tables.join(', ') } : {}),
      ...more,
    }).map(([key, value]) => `${key} = ${value}`);
    const { cluster, problems } = readCluster('/etc/mha-helper/c.conf', `[default]\n${lines.join('\n')}\n[${name}]\n`);
    const settings = cluster?.hosts[0] ?? assert.fail(problems.map(({ text }) => text).join());
    return {
      name,
      ip: `10.77.0.${names.indexOf(name as 'db10') + 1}`,
      port: 3306,
      settings,
      shell: () => Promise.resolve(wireHost(name).shell),
    };
  }

  /** Where EC2 leads clients; for each route table where there is more than one place. */
  async function places(method: Method): Promise<readonly (string | undefined)[]> {
    if (method === 'private-ip') return ec2().interfacesWith(addressOf(method));
    if (method === 'elastic-ip')
      return valuesOf(await ec2().ask('DescribeAddresses', { 'PublicIp.1': elastic }), 'networkInterfaceId').filter(
        Boolean,
      );
    const found = await Promise.all(
      tables.map(async (id) => {
        const answer = await ec2().ask('DescribeRouteTables', { 'RouteTableId.1': id });
        return new RegExp(
          `<destinationCidrBlock>${addressOf(method)}/32</destinationCidrBlock>` +
            '(?:(?!</item>).)*?<networkInterfaceId>([^<]*)<',
          's',
        ).exec(answer)?.[1];
      }),
    );
    return found.every((place) => place === found[0])
      ? found.slice(0, 1).filter((place) => place !== undefined)
      : found;
  }

  /** Hosts that EC2 leads to and that have the address; `NAME (in EC2)` and `NAME (itself)` where only one is so. */
  const holders = (method: Method) => async (): Promise<readonly string[]> => {
    const led = await places(method);
    return names.flatMap((name) => {
      const inEc2 = led.includes(interfaces.get(name));
      const itself =
        method === 'elastic-ip'
          ? inEc2
          : wireHost(name)
              .exec('ip', '-j', 'addr')
              .includes(`"${addressOf(method)}"`);
      if (inEc2 && itself) return [name];
      if (inEc2) return [`${name} (in EC2)`];
      return itself ? [`${name} (itself)`] : [];
    });
  };

  const reset = (method: Method) => async (): Promise<void> => {
    for (const name of names) wireHost(name).exec('sh', '-c', `ip addr flush dev eth1 to ${addressOf(method)}`);
    for (const id of await ec2().interfacesWith(addressOf('private-ip')))
      await ec2().ask('UnassignPrivateIpAddresses', {
        NetworkInterfaceId: id,
        'PrivateIpAddress.1': addressOf('private-ip'),
      });
    for (const association of valuesOf(await ec2().ask('DescribeAddresses'), 'associationId').filter(Boolean))
      await ec2().ask('DisassociateAddress', { AssociationId: association });
    for (const id of tables)
      await ec2()
        .ask('DeleteRoute', { RouteTableId: id, DestinationCidrBlock: `${addressOf('route-table')}/32` })
        .catch(() => undefined);
    proxy().behave();
  };

  /** moto looks at signatures and rights from now on, until the function that is returned. */
  async function withRights(): Promise<() => Promise<void>> {
    const set = async (count: string): Promise<void> => {
      await fetch(`${motoUrl}/moto-api/reset-auth`, { method: 'POST', body: count });
    };
    await set('0');
    return () => set('inf');
  }

  /** A new user with this policy. @returns its access key and secret */
  async function userWith(policy: unknown): Promise<{ id: string; secret: string }> {
    const UserName = `u${interfaces.size}${Math.random().toString(36).slice(2)}`;
    await ec2().ask('CreateUser', { UserName }, 'iam');
    await ec2().ask('PutUserPolicy', { UserName, PolicyName: 'p', PolicyDocument: JSON.stringify(policy) }, 'iam');
    const answer = await ec2().ask('CreateAccessKey', { UserName }, 'iam');
    return { id: valuesOf(answer, 'AccessKeyId')[0] ?? '', secret: valuesOf(answer, 'SecretAccessKey')[0] ?? '' };
  }

  async function withEnvironment(
    changed: Readonly<Record<string, string | undefined>>,
    work: () => Promise<void>,
  ): Promise<void> {
    const set = (values: typeof changed): void => {
      for (const [name, value] of Object.entries(values)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    };
    const kept = Object.fromEntries(Object.keys(changed).map((name) => [name, process.env[name]]));
    set(changed);
    try {
      await work();
    } finally {
      set(kept);
    }
  }

  /** With the credentials of a user who has no other rights. */
  async function withUser(policy: unknown, work: () => Promise<void>): Promise<void> {
    const { id, secret } = await userWith(policy);
    await withEnvironment({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }, async () => {
      const off = await withRights();
      try {
        await work();
      } finally {
        await off();
      }
    });
  }

  /** A new instance with two network interfaces. */
  async function instance(): Promise<{ id: string; first: string; second: string }> {
    const id = await ec2().value('instanceId', 'RunInstances', {
      ImageId: 'ami-12c6146b',
      MinCount: '1',
      MaxCount: '1',
      SubnetId: subnet,
      PrivateIpAddress: '10.77.0.21',
    });
    const [first = assert.fail('an instance without an interface')] = await ec2().interfacesOf(id, '0');
    const second = await ec2().value('networkInterfaceId', 'CreateNetworkInterface', {
      SubnetId: subnet,
      PrivateIpAddress: '10.77.0.22',
    });
    await ec2().ask('AttachNetworkInterface', { NetworkInterfaceId: second, InstanceId: id, DeviceIndex: '1' });
    return { id, first, second };
  }

  /** A network interface in another subnet of the same VPC. @returns its id */
  async function interfaceElsewhere(): Promise<string> {
    const subnet = await ec2().value('subnetId', 'CreateSubnet', { VpcId: vpc, CidrBlock: '10.77.1.0/24' });
    return ec2().value('networkInterfaceId', 'CreateNetworkInterface', {
      SubnetId: subnet,
      PrivateIpAddress: '10.77.1.2',
    });
  }

  return {
    ec2,
    proxy,
    wireHost,
    interfaces,
    tables,
    warnings,
    provider,
    vipHost,
    holders,
    places,
    reset,
    withRights,
    withUser,
    withEnvironment,
    instance,
    interfaceElsewhere,
    addressOf,
  };
}
