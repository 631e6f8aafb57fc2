import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { serveMetrics } from '../../../../src/adapters/daemon/metricsServer.ts';

/** A port that is free at this moment. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('GET /metrics gives what is so now; nothing else is there; and it ends', async () => {
  const port = await freePort();
  let asked = 0;
  const end = await serveMetrics({ host: '127.0.0.1', port }, () => `mha_asked ${++asked}\n`);
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return [response.status, await response.text()] as const;
  };
  try {
    assert.deepEqual(await ask('/metrics'), [200, 'mha_asked 1\n']);
    assert.deepEqual(await ask('/metrics?x=y'), [200, 'mha_asked 2\n']);
    for (const path of ['/', '/metrics/x', '/metricsx']) assert.equal((await ask(path))[0], 404);
    assert.equal((await ask('/metrics', 'POST'))[0], 404);
    assert.equal(asked, 2);
  } finally {
    end();
  }
  await assert.rejects(ask('/metrics'));
});

test('clients that say nothing, or say it slowly, are left: then others are answered', async () => {
  const port = await freePort();
  const end = await serveMetrics({ host: '127.0.0.1', port }, () => 'mha 1\n');
  try {
    let left = 0;
    for (let number = 0; number < 150; number += 1) {
      const socket = connect(port, '127.0.0.1')
        .on('error', () => undefined)
        .resume();
      socket.on('close', () => (left += 1));
      if (number % 2 === 0) socket.write('GET /metrics HTTP/1.1\r\nHost: ');
    }
    const until = performance.now() + 20_000;
    while (left < 150 && performance.now() < until) await sleep(100);
    assert.equal(left, 150);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text(), 'mha 1\n');
  } finally {
    end();
  }
});

test('an address that is taken is a failure with its name', async () => {
  const port = await freePort();
  const end = await serveMetrics({ host: '127.0.0.1', port }, () => '');
  try {
    await assert.rejects(
      serveMetrics({ host: '127.0.0.1', port }, () => ''),
      { kind: 'environment', message: new RegExp(`127\\.0\\.0\\.1:${port}.*EADDRINUSE`) },
    );
  } finally {
    end();
  }
});
