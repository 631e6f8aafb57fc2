// What moto cannot do: a service that says exactly what it is told to, one answer after the other.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { connectEc2 } from '../../../src/adapters/ec2Client.ts';
import type { Ec2Api } from '../../../src/context/Clouds.ts';

type Answer = (parameters: URLSearchParams, response: ServerResponse) => void;

/** Of a success. */
const xml = (body: string): Answer => (parameters, response) => {
  const name = `${parameters.get('Action') ?? ''}Response`;
  response.writeHead(200, { 'content-type': 'text/xml' }).end(`<${name} xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>0</requestId>${body}</${name}>`);
};

describe('EC2 through the AWS SDK', () => {
  let server: Server | undefined;
  let script: [string, Answer][] = [];
  const endpoint = (): string => `http://127.0.0.1:${(server?.address() as { port: number }).port}`;
  const environment = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1', AWS_EC2_METADATA_DISABLED: 'true', AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const kept = { ...process.env };

  before(async () => {
    Object.assign(process.env, environment);
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (piece: string) => (body += piece)).on('end', () => {
        const parameters = new URLSearchParams(body);
        const [expected, answer] = script.shift() ?? ['nothing', undefined];
        if (answer === undefined || expected !== parameters.get('Action')) { response.writeHead(400).end(`${parameters.get('Action') ?? ''} instead of ${expected}`); return; }
        answer(parameters, response);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => { script = []; });
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
});
