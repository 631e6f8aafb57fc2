// The example for DNS with a real BIND and its own client programs.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { haveLayer, layerDirectory } from '../lab/layer.ts';
import { waitUntil } from '../lab/processes.ts';

const script = fileURLToPath(new URL('../../examples/dns/mha-helper-dns', import.meta.url));
const layer = layerDirectory('bind');
const libraries = ['usr/lib', `usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`];
const environment = {
  PATH: `${layer}/usr/bin:${process.env['PATH'] ?? ''}`,
  LD_LIBRARY_PATH: libraries.map((path) => join(layer, path)).join(':'),
};

describe('the writer in the DNS', { concurrency: false, skip: haveLayer('bind') ? false : 'make lab-packages' }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-dns-'));
  const settings = join(directory, 'dns.env');
  let [port, named]: [number, ChildProcess | null] = [0, null];

  before(async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    ({ port } = free.address() as { port: number });
    free.close();
    const key = execFileSync(join(layer, 'usr/sbin/tsig-keygen'), ['mha'], { env: environment });
    writeFileSync(join(directory, 'key'), key);
    writeFileSync(
      join(directory, 'example.db'),
      '$TTL 60\n@ SOA ns.example. root.example. 1 60 60 60 1\n@ NS ns.example.\nns A 127.0.0.1\n',
    );
    writeFileSync(
      join(directory, 'named.conf'),
      `include "${directory}/key";\n` +
        `options { directory "${directory}"; pid-file none; session-keyfile none; recursion no; ` +
        `listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no; };\ncontrols { };\n` +
        `zone "example" { type primary; file "${directory}/example.db"; ` +
        'update-policy { grant mha name writer.example. A AAAA; }; };\n',
    );
    writeFileSync(settings, `name=writer.example.\nserver=127.0.0.1\nport=${port}\nkey=${directory}/key\nttl=1\n`);
    named = spawn(join(layer, 'usr/sbin/named'), ['-g', '-c', join(directory, 'named.conf')], {
      env: environment,
      stdio: 'ignore',
    });
    await waitUntil('the name server', 10_000, () => query('example', 'SOA').includes('ns.example.'));
  });
  after(async () => {
    if (named !== null && named.exitCode === null) {
      named.kill('SIGKILL');
      await once(named, 'close');
    }
    rmSync(directory, { recursive: true });
  });

  /** What a client gets. */
  function query(name: string, type = 'A'): string {
    const args = ['+short', '+time=1', '+tries=1', '-p', String(port), '@127.0.0.1', name, type];
    return spawnSync(join(layer, 'usr/bin/dig'), args, { env: environment, encoding: 'utf8' }).stdout.trim();
  }

  async function call(action: string, ip: string, file = settings): Promise<{ code: number | null; stderr: string }> {
    const child = spawn(script, [], {
      env: { ...environment, MHA_HELPER_DNS_SETTINGS: file, MHA_HELPER_ACTION: action, MHA_HELPER_IP: ip },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  }

  test('assign, status, release, and each again', async () => {
    assert.deepEqual(await call('status', '192.0.2.10'), { code: 3, stderr: '' });
    for (let round = 0; round < 2; round += 1)
      assert.deepEqual(await call('assign', '192.0.2.10'), { code: 0, stderr: '' });
    assert.equal(query('writer.example'), '192.0.2.10');
    assert.equal((await call('status', '192.0.2.10')).code, 0);
    assert.equal((await call('status', '192.0.2.1')).code, 3);
    await call('assign', '192.0.2.11');
    assert.equal(query('writer.example'), '192.0.2.11', 'this one and no other');
    // The release of a host that has it no more takes it from nobody else.
    assert.equal((await call('release', '192.0.2.10')).code, 0);
    assert.equal(query('writer.example'), '192.0.2.11');
    const began = performance.now();
    assert.deepEqual(await call('release', '192.0.2.11'), { code: 0, stderr: '' });
    assert.ok(performance.now() - began > 1000, 'no resolver may know it any more');
    assert.equal(query('writer.example'), '');
    assert.equal((await call('release', '192.0.2.11')).code, 0);
  });

  test('IPv6, however it is written, and in place of IPv4', async () => {
    await call('assign', '192.0.2.10');
    assert.deepEqual(await call('assign', 'FD00:10:0:0:0:0:0:11'), { code: 0, stderr: '' });
    assert.deepEqual([query('writer.example'), query('writer.example', 'AAAA')], ['', 'fd00:10::11']);
    assert.equal((await call('status', 'fd00:10::0011')).code, 0);
    assert.equal((await call('status', '192.0.2.10')).code, 3);
    assert.equal((await call('release', 'fd00:10::11')).code, 0);
  });

  test('what is no answer is neither yes nor no', async () => {
    const other = (line: string): string => {
      const file = join(directory, 'other.env');
      writeFileSync(
        file,
        `name=writer.example.\nserver=127.0.0.1\nport=${port}\nkey=${directory}/key\nttl=1\n${line}\n`,
      );
      return file;
    };
    const nobody = other('port=1');
    assert.equal((await call('status', '192.0.2.10', nobody)).code, 2);
    assert.equal((await call('release', '192.0.2.10', nobody)).code, 2);
    assert.notEqual((await call('assign', '192.0.2.10', nobody)).code, 0);
    assert.equal((await call('status', '192.0.2.10', other('name=writer.elsewhere.'))).code, 2);
    // The key may change this name alone.
    assert.notEqual((await call('assign', '192.0.2.10', other('name=ns.example.'))).code, 0);
    assert.equal(query('ns.example'), '127.0.0.1');
    writeFileSync(
      join(directory, 'forged'),
      execFileSync(join(layer, 'usr/sbin/tsig-keygen'), ['mha'], { env: environment }),
    );
    const forged = other(`key=${directory}/forged`);
    assert.notEqual((await call('assign', '192.0.2.10', forged)).code, 0);
    assert.equal((await call('status', '192.0.2.10', forged)).code, 2);
    assert.deepEqual(await call('assign', '192.0.2.1; rm'), { code: 2, stderr: 'not an address: 192.0.2.1; rm\n' });
  });
});
