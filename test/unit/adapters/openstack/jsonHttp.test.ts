import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { jsonHttp } from '../../../../src/adapters/openstack/jsonHttp.ts';

async function ask(answer: RequestListener, timeoutMs = 5_000, body?: object) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2.0/ports`;
  try {
    return await jsonHttp(
      { method: body === undefined ? 'GET' : 'PUT', url, ...(body === undefined ? {} : { body }) },
      'Neutron',
      {},
      timeoutMs,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('JSON both ways, with the status and the headers', async () => {
  const answer = await ask(
    (request, response) => {
      const heard: Buffer[] = [];
      request.on('data', (chunk: Buffer) => heard.push(chunk));
      request.on('end', () => {
        response.writeHead(201, { 'X-Subject-Token': 't' });
        response.end(
          JSON.stringify({
            heard: JSON.parse(Buffer.concat(heard).toString()) as unknown,
            type: request.headers['content-type'],
          }),
        );
      });
    },
    5_000,
    { name: 'é' },
  );
  assert.deepEqual([answer.status, answer.header('x-subject-token'), answer.header('x-other')], [201, 't', undefined]);
  assert.deepEqual(answer.json, { heard: { name: 'é' }, type: 'application/json' });
});

test('a page of a proxy is an answer without JSON', async () => {
  const { status, json } = await ask((_, response) => response.writeHead(502).end('<html>'));
  assert.deepEqual([status, json], [502, undefined]);
});

test('no answer in time, and one that breaks off, are failures of their kind', async () => {
  await assert.rejects(
    ask(() => undefined, 100),
    { kind: 'deadline', message: /^Neutron .*0\.1 s/ },
  );
  await assert.rejects(
    ask((request) => request.socket.destroy()),
    { kind: 'address', message: /^Neutron .*without an answer/ },
  );
  await assert.rejects(
    ask((request) => void request.socket.end('SSH-2.0-x\r\n')),
    { kind: 'address', hint: /https/ },
  );
});

test('a body that does not end in time is no answer either', async () => {
  await assert.rejects(
    ask((_, response) => void response.writeHead(200).write('{'), 100),
    { kind: 'deadline' },
  );
});

test('nobody listens: the cause says so', async () => {
  await assert.rejects(
    jsonHttp({ method: 'GET', url: 'http://127.0.0.1:1/' }, 'Neutron', {}, 1_000),
    (error: Error) => {
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
      return true;
    },
  );
});
