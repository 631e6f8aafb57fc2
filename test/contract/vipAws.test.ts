// Against moto's EC2. What moto does not do as EC2 does stands in test/lab/ec2Front.ts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../src/errors/errors.ts';
import type { VipHost } from '../../src/vip/Provider.ts';
import { documentedBlock } from '../documents/pages.ts';
import { motoObstacle } from '../lab/moto.ts';
import { orSkip } from '../lab/orSkip.ts';
import { awsIdentityTests } from './awsIdentityTests.ts';
import { ec2Fixture, type Method } from './ec2Fixture.ts';
import { providerContract, troubleContract } from './providerContract.ts';
import { patternOf } from '../patternOf.ts';

const skip = orSkip('vip_type = aws', motoObstacle());

describe('aws', { concurrency: false, skip }, () => {
  if (skip !== false) return;
  const fixture = ec2Fixture();
  const {
    ec2,
    proxy,
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
    interfaceElsewhere,
  } = fixture;
  const ledTo = (method: Method) => async (): Promise<readonly string[]> => (await places(method)).map(String);
  const dead = (host: VipHost): VipHost => ({
    ...host,
    shell: () =>
      Promise.reject(
        new Failure('ssh', 'no route to host', {
          cause: Object.assign(new Error('no route'), { code: 'EHOSTUNREACH' }),
        }),
      ),
  });

  for (const method of ['private-ip', 'elastic-ip', 'route-table'] as const) {
    describe(method, () => {
      providerContract(() => ({
        provider: provider(method),
        one: vipHost(method, 'db10'),
        other: vipHost(method, 'db11'),
        reset: reset(method),
        dead,
        // A dead host may still have the address itself: nobody is led there.
        holders: async () => (await holders(method)()).filter((name) => !name.endsWith('(itself)')),
      }));

      troubleContract('a network interface that is not there', async () => {
        proxy().misbehave('DescribeNetworkInterfaces');
        return {
          name: 'missing object',
          provider: provider(method),
          host: vipHost(method, 'db10', { aws_network_interface_id: 'eni-00000000000000000' }),
          holders: ledTo(method),
          kind: 'address',
          line: patternOf(
            String.raw`^AWS: (there is no network interface for db10 \(aws_network_interface_id = `,
            String.raw`eni-00000000000000000\) in this region and account|DescribeNetworkInterfaces failed: `,
            String.raw`InvalidNetworkInterfaceID\.NotFound: .*)`,
          ),
        };
      });
    });
  }

  troubleContract('a service that does not answer: deadline', async () => {
    await reset('elastic-ip')();
    proxy().misbehave('DescribeNetworkInterfaces', ...Array.from({ length: 20 }, () => 'hangs' as const));
    return {
      name: 'deadline',
      provider: provider('elastic-ip'),
      host: vipHost('elastic-ip', 'db10', { step_timeout: '1' }),
      holders: ledTo('elastic-ip'),
      kind: 'deadline',
      line: /^AWS: DescribeNetworkInterfaces did not succeed within 1 s -- /,
    };
  });

  test('throttled: asked again with growing pauses, until it works', async () => {
    await reset('private-ip')();
    proxy().misbehave('AssignPrivateIpAddresses', 'throttles', 'throttles');
    await provider('private-ip').assign(vipHost('private-ip', 'db10'));
    assert.deepEqual(await holders('private-ip')(), ['db10']);
    assert.equal(
      proxy()
        .operations()
        .filter((one) => one === 'AssignPrivateIpAddresses').length,
      3,
    );
  });

  test('throttled for too long: deadline, one line', async () => {
    await reset('elastic-ip')();
    proxy().misbehave('AssociateAddress', ...Array.from({ length: 50 }, () => 'throttles' as const));
    await assert.rejects(provider('elastic-ip').assign(vipHost('elastic-ip', 'db10', { step_timeout: '2' })), {
      kind: 'deadline',
      message: 'AWS: AssociateAddress did not succeed within 2 s: RequestLimitExceeded: Request limit exceeded.',
    });
    proxy().misbehave('AssociateAddress');
  });

  test('one of several route tables cannot be changed: the others are put back', async () => {
    await reset('route-table')();
    const aws = provider('route-table');
    await aws.assign(vipHost('route-table', 'db10'));
    proxy().misbehave('ReplaceRoute', 'passes', 'fails');
    await assert.rejects(aws.assign(vipHost('route-table', 'db11')), {
      kind: 'address',
      message: 'AWS: ReplaceRoute failed: InvalidParameterValue: scripted',
    });
    assert.deepEqual(await places('route-table'), [interfaces.get('db10')]);
  });

  test('the answer to a change is lost: it is asked for again, and has succeeded', async () => {
    for (const [method, give, take] of [
      ['private-ip', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'],
      ['elastic-ip', 'AssociateAddress', 'DisassociateAddress'],
      ['route-table', 'CreateRoute', 'DeleteRoute'],
    ] as const) {
      await reset(method)();
      const aws = provider(method);
      for (const operation of [give, take]) proxy().misbehave(operation, 'loses the answer');
      await aws.assign(vipHost(method, 'db10'));
      assert.deepEqual(await holders(method)(), ['db10']);
      await aws.release(vipHost(method, 'db10'));
      assert.deepEqual(await places(method), []);
      const asked = proxy().operations();
      assert.deepEqual(
        [give, take].map((operation) => asked.filter((one) => one === operation).length >= 2),
        [true, true],
        method,
      );
    }
  });

  test('the time is over before the answer to a change that was made', async () => {
    await reset('elastic-ip')();
    proxy().misbehave('AssociateAddress', ...Array.from({ length: 20 }, () => 'loses the answer' as const));
    await provider('elastic-ip').assign(vipHost('elastic-ip', 'db10', { step_timeout: '1' }));
    proxy().misbehave('AssociateAddress');
    assert.deepEqual(await holders('elastic-ip')(), ['db10']);
  });

  test('a route that was changed is put back, though EC2 still says that it was not', async () => {
    await reset('route-table')();
    const aws = provider('route-table');
    await aws.assign(vipHost('route-table', 'db10'));
    proxy().misbehave('ReplaceRoute', 'passes', 'fails', 'fails');
    proxy().misbehave('DescribeRouteTables', 'passes', 'is late', 'is late');
    await assert.rejects(aws.assign(vipHost('route-table', 'db11')), {
      kind: 'address',
      message: 'AWS: ReplaceRoute failed: InvalidParameterValue: scripted',
    });
    assert.deepEqual(await places('route-table'), [interfaces.get('db10')]);
    // New routes too.
    await reset('route-table')();
    proxy().misbehave('CreateRoute', 'passes', 'fails');
    await assert.rejects(provider('route-table').assign(vipHost('route-table', 'db11')), {
      kind: 'address',
      message: 'AWS: CreateRoute failed: InvalidParameterValue: scripted',
    });
    assert.deepEqual(await places('route-table'), []);
  });

  test('what EC2 says of a host may be old: an address that it seems to have is given to it nevertheless', async () => {
    for (const [method, look] of [
      ['private-ip', 'DescribeNetworkInterfaces'],
      ['elastic-ip', 'DescribeAddresses'],
      ['route-table', 'DescribeRouteTables'],
    ] as const) {
      await reset(method)();
      const aws = provider(method);
      await aws.assign(vipHost(method, 'db10'));
      assert.equal(await aws.holds(vipHost(method, 'db10')), true);
      await aws.assign(vipHost(method, 'db11'));
      proxy().misbehave(look, 'is late');
      await aws.assign(vipHost(method, 'db10'));
      proxy().misbehave(look);
      assert.deepEqual(
        (await holders(method)()).filter((name) => !name.endsWith('(itself)')),
        ['db10'],
        method,
      );
    }
  });

  test('a host that does not answer: EC2 takes the address away, and it is said what was not done', async () => {
    await reset('private-ip')();
    const aws = provider('private-ip');
    await aws.assign(vipHost('private-ip', 'db10'));
    assert.deepEqual(await aws.release(dead(vipHost('private-ip', 'db10'))), []);
    assert.deepEqual(warnings, [
      'db10 does not answer SSH (no route to host): AWS takes the writer address 10.77.0.155 away from it; ' +
        'on the host itself nothing is done',
    ]);
    assert.deepEqual(await holders('private-ip')(), ['db10 (itself)']);
    assert.equal(await aws.remains?.(vipHost('private-ip', 'db10')), 'rest');
    await aws.release(vipHost('private-ip', 'db10'));
    assert.deepEqual(await holders('private-ip')(), []);
  });

  test('who else has it', async () => {
    for (const method of ['private-ip', 'elastic-ip', 'route-table'] as const) {
      await reset(method)();
      const aws = provider(method);
      assert.deepEqual(await aws.answersElsewhere(vipHost(method, 'db11'), 'once'), { kind: 'nobody' });
      await aws.assign(vipHost(method, 'db10'));
      const elsewhere = await aws.answersElsewhere(vipHost(method, 'db11'), 'once');
      assert.match(
        elsewhere.kind === 'somebody' ? elsewhere.who : elsewhere.kind,
        new RegExp(`^the network interface ${interfaces.get('db10') ?? ''}`),
      );
      assert.deepEqual(await aws.answersElsewhere(vipHost(method, 'db10'), 'once'), { kind: 'nobody' });
    }
  });

  test('check: every change is tried as a dry run, nothing else than looking is done', async () => {
    await reset('route-table')();
    const aws = provider('route-table');
    await aws.assign(vipHost('route-table', 'db10'));
    proxy().operations();
    assert.deepEqual(await aws.check(vipHost('route-table', 'db11')), []);
    assert.deepEqual([...new Set(proxy().operations())].sort(), [
      'CreateRoute (dry run)',
      'DeleteRoute (dry run)',
      'DescribeNetworkInterfaces',
      'DescribeRouteTables',
      'ReplaceRoute (dry run)',
    ]);
    assert.deepEqual(await holders('route-table')(), ['db10']);
    const [finding] = await aws.check(
      vipHost('route-table', 'db11', { aws_route_table_ids: `${tables[0] ?? ''}, rtb-00000000000000000` }),
    );
    assert.match(
      finding?.text ?? '',
      patternOf(
        String.raw`^AWS: (there is no route table rtb-00000000000000000|DescribeRouteTables failed: `,
        String.raw`InvalidRouteTableID\.NotFound: )`,
      ),
    );
  });

  test(
    'route-table: a network interface that drops the packets is told of by the check, and by whoever moves the ' +
      'address there',
    async () => {
      await reset('route-table')();
      const [id, aws, host] = [interfaces.get('db11') ?? '', provider('route-table'), vipHost('route-table', 'db11')];
      const sourceDestCheck = (on: boolean): Promise<string> =>
        ec2().ask('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId: id, 'SourceDestCheck.Value': String(on) });
      await sourceDestCheck(true);
      assert.deepEqual(
        (await aws.check(host)).map(({ severity, text }) => [severity, text]),
        [['error', `AWS: ${id} (db11) has its source/destination check on: packets to 10.99.0.155 are dropped`]],
      );
      assert.match(
        (await aws.assign(host)).join(),
        patternOf(
          String.raw`^in AWS eni-\w+ \(db11\) has its source\/destination check on: packets to 10\.99\.0\.155 are `,
          String.raw`dropped; switch it off`,
        ),
      );
      await sourceDestCheck(false);
    },
  );

  test('private-ip: an interface in another subnet cannot get it', async () => {
    await reset('private-ip')();
    await provider('private-ip').assign(vipHost('private-ip', 'db10'));
    const elsewhere = { aws_network_interface_id: await interfaceElsewhere() };
    const [finding, ...more] = await provider('private-ip').check(vipHost('private-ip', 'db11', elsewhere));
    assert.deepEqual([finding?.severity, more], ['error', []]);
    assert.match(
      finding?.text ?? '',
      patternOf(
        String.raw`^AWS: eni-\w+ \(db11\) is in the subnet subnet-\w+, but 10\.77\.0\.155 is on eni-\w+ in the subnet `,
        String.raw`subnet-\w+: it cannot move there$`,
      ),
    );
  });

  test('an Elastic IP that this account has not', async () => {
    const [finding] = await provider('elastic-ip', '203.0.113.9').check(vipHost('elastic-ip', 'db10'));
    assert.deepEqual(
      [finding?.severity, finding?.text],
      ['error', 'AWS: there is no Elastic IP 203.0.113.9 in this region and account'],
    );
  });

  test('the first address of an interface cannot be the writer address', async () => {
    const [finding] = await provider('private-ip', '10.77.0.1').check(
      vipHost('private-ip', 'db10', { writer_vip_cidr: '10.77.0.1/24' }),
    );
    assert.match(
      finding?.text ?? '',
      /^AWS: 10\.77\.0\.1 is the first address of eni-\w+ \(db10\), which cannot move$/,
    );
  });

  test('nothing listens at the endpoint; no region', async () => {
    await assert.rejects(
      provider('elastic-ip').holds(
        vipHost('elastic-ip', 'db10', { aws_endpoint: 'http://127.0.0.1:1', step_timeout: '1' }),
      ),
      (error: Error) =>
        /^AWS: Describe\w+ did not succeed within 1 s: connect ECONNREFUSED 127\.0\.0\.1:1$/.test(error.message),
    );
    delete process.env['AWS_REGION'];
    await assert.rejects(provider('elastic-ip').holds(vipHost('elastic-ip', 'db10')), {
      kind: 'config',
      message: 'AWS: no region is set',
      hint: 'set aws_region',
    });
    process.env['AWS_REGION'] = 'eu-west-1';
  });

  test('credentials that are not accepted, and none at all', async () => {
    const off = await withRights();
    try {
      await assert.rejects(provider('elastic-ip').assign(vipHost('elastic-ip', 'db10')), {
        kind: 'address',
        message: /^AWS: Describe\w+: the credentials are not accepted: (AuthFailure|InvalidClientTokenId): /,
      });
    } finally {
      await off();
    }
    const kept = process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_ACCESS_KEY_ID'];
    await assert.rejects(provider('elastic-ip').assign(vipHost('elastic-ip', 'db10')), {
      kind: 'address',
      message: /^AWS: no credentials: Could not load credentials from any providers/,
    });
    process.env['AWS_ACCESS_KEY_ID'] = kept;
  });

  test('a policy that forbids the change', async () => {
    await reset('elastic-ip')();
    await withUser(
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' }] },
      async () => {
        await assert.rejects(provider('elastic-ip').assign(vipHost('elastic-ip', 'db10')), {
          kind: 'address',
          message: /^AWS: AssociateAddress is not allowed: /,
        });
        const [finding] = await provider('elastic-ip').check(vipHost('elastic-ip', 'db10'));
        assert.match(finding?.text ?? '', /^AWS: AssociateAddress is not allowed: /);
      },
    );
  });

  test('the policy in the documents is enough', async () => {
    const text = documentedBlock('"Version": "2012-10-17"');
    for (const method of ['private-ip', 'elastic-ip', 'route-table'] as const) await reset(method)();
    await withUser(JSON.parse(text), async () => {
      for (const method of ['private-ip', 'elastic-ip', 'route-table'] as const) {
        const aws = provider(method);
        assert.deepEqual(await aws.check(vipHost(method, 'db10')), []);
        await aws.assign(vipHost(method, 'db10'));
        await aws.assign(vipHost(method, 'db11'));
        await aws.release(vipHost(method, 'db11'));
      }
    });
    assert.deepEqual(await places('elastic-ip'), []);
  });

  awsIdentityTests(fixture);
});
