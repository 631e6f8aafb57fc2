import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { logIn } from '../../../../src/adapters/openstack/keystone.ts';
import type { OpenStackLogin } from '../../../../src/adapters/openstack/settings.ts';

interface Scene {
  readonly status?: number;
  readonly token?: string | null;
  readonly endpoints?: readonly { interface: string; region: string | null; url: string }[];
  readonly region?: string;
}

const north = { interface: 'public', region: 'north', url: 'https://n.example/v2.0/' };
const south = { interface: 'public', region: 'south', url: 'https://s.example' };

async function login({ status = 201, token = 't', endpoints = [north], region }: Scene) {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      asked.push([request.method, request.url, JSON.parse(text)]);
      const catalog = [
        { type: 'compute', endpoints: [south] },
        { type: 'network', endpoints },
      ];
      response.writeHead(status, token === null ? {} : { 'X-Subject-Token': token });
      response.end(JSON.stringify(status === 201 ? { token: { catalog } } : { error: { message: 'no' } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const authUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`;
  const given = {
    authUrl,
    auth: { identity: 'x' },
    who: 'mha',
    region,
    interface: 'public',
    ca: undefined,
    verify: true,
  };
  try {
    return { session: await logIn(given satisfies OpenStackLogin, 5_000), asked };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a token, and where the network service is, without slash and version', async () => {
  const { session, asked } = await login({});
  assert.deepEqual(session, { token: 't', networkUrl: 'https://n.example' });
  assert.deepEqual(asked, [['POST', '/v3/auth/tokens', { auth: { identity: 'x' } }]]);
});

test('of several regions the one that is named; without a name it is not guessed', async () => {
  const endpoints = [north, south];
  assert.equal((await login({ endpoints, region: 'south' })).session.networkUrl, 'https://s.example');
  await assert.rejects(login({ endpoints }), { kind: 'address', message: /north, south/, hint: /openstack_region/ });
  assert.equal(
    (await login({ endpoints: [north, { ...north, region: 'two' }] })).session.networkUrl,
    'https://n.example',
  );
});

test('no such region, or none at this interface: what there is', async () => {
  await assert.rejects(login({ region: 'east' }), { message: /public.*east.*there are: north/ });
  await assert.rejects(login({ endpoints: [{ ...north, interface: 'admin' }] }), { message: /none in any region/ });
});

test('a login that is refused, and an answer without a token', async () => {
  await assert.rejects(login({ status: 401 }), { kind: 'address', message: /mha.*401/ });
  await assert.rejects(login({ token: null }), { kind: 'address' });
});
