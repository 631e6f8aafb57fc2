import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Failure } from '../../../../src/errors/errors.ts';
import { portFrom, portScript } from '../../../../src/procedures/run/portFrom.ts';
import type { VipHost } from '../../../../src/vip/Provider.ts';
import { shell } from '../../../doubles/tools.ts';

type Host = Parameters<typeof portFrom>[1];
const run = { budget: { limit: (ms: number) => ms } } as Parameters<typeof portFrom>[0];
const host = (stdout: string): Host => ({ shell: () => Promise.resolve(shell(() => ({ stdout }))) }) as Host;

test('open and refused are known; silence and a host that cannot be asked are not', async () => {
  assert.equal(await portFrom(run, host('open\n'), '192.0.2.1', 3306), 'open');
  assert.equal(await portFrom(run, host('refused\n'), '192.0.2.1', 3306), 'refused');
  assert.deepEqual(await portFrom(run, host(''), '192.0.2.1', 3306), { unknown: 'it had no answer from there' });
  const silent = { shell: () => Promise.reject(new Failure('ssh', 'no way')) } as unknown as VipHost;
  assert.deepEqual(await portFrom(run, silent, '192.0.2.1', 3306), { unknown: 'no way' });
});

for (const tool of ['bash', 'perl']) {
  test(`a real port, asked with ${tool}`, async () => {
    const script = tool === 'bash' ? portScript : portScript.replace('command -v bash', 'false');
    const ask = async (port: number): Promise<string> =>
      (await promisify(execFile)('sh', ['-c', script, 'sh', '127.0.0.1', String(port)])).stdout;
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    assert.equal(await ask(port), 'open\n');
    server.close();
    await once(server, 'close');
    assert.equal(await ask(port), 'refused\n');
  });
}
