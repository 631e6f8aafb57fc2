// What moto cannot do: a service that says exactly what it is told to, one answer after the other.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { connectEc2 } from '../../../../src/adapters/ec2/client.ts';
import type { Ec2Api } from '../../../../src/context/Clouds.ts';

type Answer = (parameters: URLSearchParams, response: ServerResponse) => void;

/** Of a success. */
const xml =
  (body: string): Answer =>
  (parameters, response) => {
    const name = `${parameters.get('Action') ?? ''}Response`;
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(`<${name} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>0</requestId>${body}</${name}>`);
  };

const interfaceSet = (items: string): string => `<networkInterfaceSet>${items}</networkInterfaceSet>`;

describe('EC2 through the AWS SDK', () => {
  let server: Server | undefined;
  let script: [string, Answer][] = [];
  const endpoint = (): string => `http://127.0.0.1:${(server?.address() as { port: number }).port}`;
  const environment = {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'eu-west-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  const kept = { ...process.env };

  before(async () => {
    Object.assign(process.env, environment);
    server = createServer((request, response) => {
      let body = '';
      request
        .setEncoding('utf8')
        .on('data', (piece: string) => (body += piece))
        .on('end', () => {
          const parameters = new URLSearchParams(body);
          const [expected, answer] = script.shift() ?? ['nothing', undefined];
          if (answer === undefined || expected !== parameters.get('Action')) {
            response.writeHead(400).end(`${parameters.get('Action') ?? ''} instead of ${expected}`);
            return;
          }
          answer(parameters, response);
        });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    script = [];
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
    for (const name of Object.keys(environment)) {
      if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = kept[name];
    }
  });

  const ec2 = (ms = 10_000, at = endpoint()): Ec2Api => connectEc2({ region: 'eu-west-1', endpoint: at }, () => ms);

  test('what is left of a run is no whole number of milliseconds', async () => {
    script = [['DisassociateAddress', xml('<return>true</return>')]];
    await ec2(9_876.543_21).disassociate('eipassoc-1');
    script = [['DisassociateAddress', () => undefined]];
    await assert.rejects(ec2(0.25).disassociate('eipassoc-1'), { kind: 'deadline' });
  });

  test('a list in pieces is read to its end', async () => {
    const next = (token: string): string => (token === '' ? '' : `<nextToken>${token}</nextToken>`);
    const piece = (id: string, token: string): Answer => {
      const item = id === '' ? '' : `<item><networkInterfaceId>${id}</networkInterfaceId></item>`;
      return xml(interfaceSet(item) + next(token));
    };
    const tokens: (string | null)[] = [];
    const noting =
      (answer: Answer): Answer =>
      (parameters, response) => {
        tokens.push(parameters.get('NextToken'));
        answer(parameters, response);
      };
    script = [piece('eni-1', 'a'), piece('', 'b'), piece('eni-2', '')].map((answer) => [
      'DescribeNetworkInterfaces',
      noting(answer),
    ]);
    assert.deepEqual(
      (await ec2().interfaces({ 'vpc-id': 'vpc-1' })).map(({ id }) => id),
      ['eni-1', 'eni-2'],
    );
    assert.deepEqual(tokens, [null, 'a', 'b']);
    script = ['a', ''].map((token) => [
      'DescribeRouteTables',
      xml(`<routeTableSet><item><routeTableId>rtb-${token}</routeTableId></item></routeTableSet>${next(token)}`),
    ]);
    assert.deepEqual(
      (await ec2().routeTables(['rtb-a', 'rtb-'])).map(({ id }) => id),
      ['rtb-a', 'rtb-'],
    );
  });

  test('what leads to an address: an Elastic IP, or a public address that EC2 lends', async () => {
    const item = (address: string, owner: string): string =>
      `<item><privateIpAddress>${address}</privateIpAddress><primary>true</primary>` +
      `<association><publicIp>198.51.100.7</publicIp><ipOwnerId>${owner}</ipOwnerId></association></item>`;
    const addresses = [
      item('10.0.0.1', 'amazon'),
      item('10.0.0.2', '123456789012'),
      '<item><privateIpAddress>10.0.0.3</privateIpAddress></item>',
    ].join('');
    script = [
      [
        'DescribeNetworkInterfaces',
        xml(
          interfaceSet(
            `<item><networkInterfaceId>eni-1</networkInterfaceId>` +
              `<privateIpAddressesSet>${addresses}</privateIpAddressesSet></item>`,
          ),
        ),
      ],
    ];
    const [found] = await ec2().interfaces({});
    assert.deepEqual(
      found?.addresses.map(({ publicIp, isElastic }) => publicIp !== null && isElastic),
      [false, true, false],
    );
    assert.deepEqual(
      found.addresses.map(({ publicIp }) => publicIp),
      ['198.51.100.7', '198.51.100.7', null],
    );
  });

  test('an answer that is none says nothing about who has an address', async () => {
    for (const body of ['', '<networkInterfaces/>', interfaceSet('<item><status>in-use</status></item>')]) {
      script = [['DescribeNetworkInterfaces', xml(body)]];
      await assert.rejects(ec2().interfaces({}), { kind: 'address', message: /answer to DescribeNetworkInterfaces/ });
    }
    script = [['DescribeAddresses', xml('')]];
    await assert.rejects(ec2().elasticIp('203.0.113.1'), { kind: 'address', message: /answer to DescribeAddresses/ });
    script = [['DescribeRouteTables', xml('')]];
    await assert.rejects(ec2().routeTables(['rtb-1']), { kind: 'address', message: /answer to DescribeRouteTables/ });
  });

  test('the time is over: why the last attempt failed; two at a time are not mixed up', async () => {
    const nobody = ec2(400, 'http://127.0.0.1:1');
    script = [['AssociateAddress', () => undefined]];
    const [refused, silent] = await Promise.allSettled([
      nobody.elasticIp('203.0.113.1'),
      ec2(400).associate({ allocationId: 'a', associationId: null, interfaceId: null }, 'eni-1'),
    ]);
    assert.ok(refused.status === 'rejected' && silent.status === 'rejected');
    assert.match(
      (refused.reason as Error).message,
      /^AWS: DescribeAddresses did not succeed within 0\.4 s: connect ECONNREFUSED 127\.0\.0\.1:1$/,
    );
    assert.match((refused.reason as { hint: string }).hint, /^are aws_region and aws_endpoint right/);
    assert.equal((silent.reason as Error).message, 'AWS: AssociateAddress did not succeed within 0.4 s');
  });
});
