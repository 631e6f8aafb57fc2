// What real Keystone and Neutron cannot be made to do: services that say exactly what they are told to, one answer
// after the other.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { connectNeutron } from '../../../../src/adapters/openstack/neutronClient.ts';
import type { NeutronApi, NeutronPort } from '../../../../src/context/OpenStack.ts';

interface Answer {
  readonly status?: number;
  readonly body?: object;
  readonly hangs?: true;
}

const port: NeutronPort = {
  id: 'p1',
  network_id: 'n',
  mac_address: 'fa:16:3e:00:00:01',
  fixed_ips: [],
  allowed_address_pairs: [],
  port_security_enabled: true,
  revision_number: 7,
};

describe('Neutron', () => {
  let server: Server | undefined;
  let base = '';
  /** `GET /ports` and so on, without the query, and the answer. */
  let script: (readonly [string, Answer])[] = [];
  let asked: { line: string; body: unknown }[] = [];
  const login: readonly [string, Answer] = ['POST /v3/auth/tokens', {}];

  before(async () => {
    server = createServer((request, response) => {
      let text = '';
      request
        .setEncoding('utf8')
        .on('data', (piece: string) => (text += piece))
        .on('end', () => {
          const line = `${request.method ?? ''} ${request.url ?? ''}`;
          const body: unknown = text === '' ? undefined : JSON.parse(text);
          asked.push({ line, body });
          const [expected, answer] = script.shift() ?? ['nothing more', {}];
          if (line.split('?')[0] !== expected) {
            response.writeHead(418).end(`${line} instead of ${expected}`);
            return;
          }
          if (answer.hangs === true) return;
          const isLogin = expected === login[0];
          const catalog = [{ type: 'network', endpoints: [{ interface: 'public', region: 'r', url: base }] }];
          response
            .writeHead(answer.status ?? (isLogin ? 201 : 200), {
              'x-subject-token': 't',
              'content-type': 'application/json',
            })
            .end(JSON.stringify(answer.body ?? (isLogin ? { token: { catalog } } : {})));
        });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  });
  beforeEach(() => {
    [script, asked] = [[], []];
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
  });

  const connect = (ms = 5_000): Promise<NeutronApi> =>
    connectNeutron({ authUrl: base, applicationCredentialId: 'i', applicationCredentialSecret: 's' }, () => ms, {});

  test('a list in pages is read to its end, by the address we know', async () => {
    const links = [
      { rel: 'previous', href: 'http://inside:9696/v2.0/ports?marker=p0' },
      { rel: 'next', href: 'http://inside:9696/v2.0/ports?network_id=n&marker=p1' },
    ];
    script = [
      login,
      ['GET /v2.0/ports', { body: { ports: [port], ports_links: links } }],
      ['GET /v2.0/ports', { body: { ports: [{ ...port, id: 'p2' }], ports_links: links.slice(0, 1) } }],
    ];
    const found = await (await connect()).ports([['network_id', 'n']]);
    assert.deepEqual(
      found.map(({ id }) => id),
      ['p1', 'p2'],
    );
    assert.deepEqual(
      asked.slice(1).map(({ line }) => line),
      [
        'GET /v2.0/ports?network_id=n&fields=id&fields=network_id&fields=mac_address&fields=fixed_ips' +
          '&fields=allowed_address_pairs&fields=port_security_enabled&fields=revision_number',
        'GET /v2.0/ports?network_id=n&marker=p1',
      ],
    );
  });

  test('what is no list of ports is not "there are none", and no defect', async () => {
    for (const body of [
      {},
      { ports: null },
      { ports: {} },
      { ports: [null] },
      { ports: [{ ...port, id: 7 }] },
      { ports: [{ ...port, fixed_ips: [{}] }] },
      { ports: [port], ports_links: 'next' },
      { ports: [port], ports_links: [{ rel: 'next' }] },
      [],
    ]) {
      script = [login, ['GET /v2.0/ports', { body }]];
      await assert.rejects((await connect()).ports([]), { kind: 'address', message: /^Neutron was to list ports, / });
    }
    for (const catalog of [{}, [null], [{ type: 'network' }], [{ type: 'network', endpoints: [{ url: 1 }] }]]) {
      script = [['POST /v3/auth/tokens', { body: { token: { catalog } } }]];
      await assert.rejects(connect(), { kind: 'address', message: /no catalogue of services that is one$/ });
    }
  });

  test('a check does not try what this Neutron would carry out', async () => {
    script = [login, ['GET /v2.0/extensions/revision-if-match', { status: 404 }]];
    const neutron = await connect();
    await assert.rejects(neutron.tryAddressPairs(port), {
      kind: 'address',
      message: /does not bind changes to a revision/,
    });
    const { revision_number: _, ...without } = port;
    await assert.rejects(neutron.tryAddressPairs(without as NeutronPort), {
      message: /does not bind changes to a revision/,
    });
    assert.ok(asked.every(({ line }) => !line.startsWith('PUT')));
    // One that says that it looks at If-Match, behind something that drops it.
    const pairs = [{ ip_address: '10.0.0.9', mac_address: port.mac_address }];
    script = [
      ['GET /v2.0/extensions/revision-if-match', {}],
      ['PUT /v2.0/ports/p1', {}],
      ['PUT /v2.0/ports/p1', {}],
    ];
    await assert.rejects(neutron.tryAddressPairs({ ...port, allowed_address_pairs: pairs }), {
      kind: 'address',
      message: /did; that has been put back$/,
    });
    assert.deepEqual(asked.at(-1)?.body, { port: { allowed_address_pairs: pairs } });
  });

  test('a Keystone in trouble, and a service that does not answer one request, are asked again', async () => {
    const busy = (status: number): readonly [string, Answer] => ['POST /v3/auth/tokens', { status }];
    script = [
      busy(503),
      busy(429),
      login,
      ['GET /v2.0/ports', { hangs: true }],
      ['GET /v2.0/ports', { body: { ports: [port] } }],
    ];
    assert.equal((await (await connect(2_100)).ports([])).length, 1);
    // Not what will be so again, nor for ever.
    script = [busy(403)];
    await assert.rejects(connect(), { kind: 'address', message: /did not let .* log in: 403/ });
    script = Array.from({ length: 9 }, () => busy(504));
    await assert.rejects(connect(600), { kind: 'address', message: /did not let .* log in: 504/ });
  });
});
