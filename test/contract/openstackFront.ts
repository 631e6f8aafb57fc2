// What stands before Keystone and Neutron in most clouds: a proxy that speaks TLS, with a certificate of the cloud's
// own authority. It passes everything on to the real services, and can do what they do only once in a while: forget a
// token, be down, hang up, hang.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Misbehaviour = 'forgets the token' | 'is down' | 'hangs up' | 'hangs';

export interface OpenStackFront {
  readonly caFile: string;
  /** What happens to the next requests for the network service, one after the other; then they are passed on again. */
  misbehave(...how: readonly Misbehaviour[]): void;
  /** Requests for a token so far. */
  logins(): number;
  end(): Promise<void>;
}

/** In front of the services on this address: ports 5443 and 9443. */
export async function openstackFront(address: string): Promise<OpenStackFront> {
  const directory = mkdtempSync(join(tmpdir(), 'openstack-front-'));
  const [key, caFile] = [join(directory, 'key.pem'), join(directory, 'ca.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=cloud',
      '-addext',
      `subjectAltName=IP:${address}`,
      '-keyout',
      key,
      '-out',
      caFile,
    ],
    { stdio: 'ignore' },
  );
  const queue: Misbehaviour[] = [];
  let logins = 0;
  const pass =
    (port: number) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      const how = port === 9696 ? queue.shift() : undefined;
      if (request.url?.endsWith('/auth/tokens') === true) logins += 1;
      if (how === 'hangs') return;
      if (how === 'hangs up') {
        request.socket.destroy();
        return;
      }
      if (how === 'is down') {
        response
          .writeHead(503, { 'content-type': 'text/html' })
          .end('<html><body><h1>503 Service Unavailable</h1></body></html>');
        return;
      }
      const headers = how === 'forgets the token' ? { ...request.headers, 'x-auth-token': 'gone' } : request.headers;
      const onward = forward({ host: address, port, method: request.method, path: request.url, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.statusMessage, answer.headers);
        answer.pipe(response);
      });
      onward.once('error', () => {
        response.destroy();
      });
      request.pipe(onward);
    };
  const credentials = { key: readFileSync(key), cert: readFileSync(caFile) };
  const servers = (
    [
      [5443, 5000],
      [9443, 9696],
    ] as const
  ).map(([outside, inside]) => createServer(credentials, pass(inside)).listen(outside, address));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return {
    caFile,
    misbehave: (...how) => {
      queue.splice(0, queue.length, ...how);
    },
    logins: () => logins,
    async end() {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(
        servers.map(async (server) => {
          server.close();
          await once(server, 'close');
        }),
      );
      rmSync(directory, { recursive: true });
    },
  };
}
