// The example for keepalived with the real program on two hosts, which are namespaces with a cable between them; ssh is
// a way into them.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { haveLayer, layerDirectory } from '../lab/layer.ts';
import { waitUntil } from '../lab/processes.ts';

const example = (name: string): string => fileURLToPath(new URL(`../../examples/keepalived/${name}`, import.meta.url));
const layer = layerDirectory('keepalived');
const libraries = ['usr/lib', 'lib'].flatMap((path) =>
  ['', '/x86_64-linux-gnu', '/aarch64-linux-gnu'].map((machine) => join(layer, `${path}${machine}`)),
);
const hosts = ['192.168.10.10', '192.168.10.11'] as const;
const address = '192.168.10.155';
const able = haveLayer('keepalived') && process.getuid?.() === 0;

describe(
  'keepalived holds the writer address',
  { concurrency: false, skip: able ? false : 'root, make lab-packages' },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'mha-helper-keepalived-'));
    const children: ChildProcess[] = [];
    const pids: number[] = [];

    const inside = (pid: number, command: string): string[] => ['-t', String(pid), '-n', '-m', 'sh', '-c', command];

    before(async () => {
      for (const _ of hosts) {
        const host = spawn(
          'unshare',
          ['-n', '-m', 'sh', '-c', 'mount -t tmpfs none /run && echo up && exec sleep 600'],
          { stdio: ['ignore', 'pipe', 'ignore'] },
        );
        children.push(host);
        await once(host.stdout, 'data');
        pids.push(host.pid ?? assert.fail('no process'));
      }
      const [one, other] = pids.map(String);
      const cable = [
        'link',
        'add',
        'eth1',
        'netns',
        one ?? '',
        'type',
        'veth',
        'peer',
        'name',
        'eth1',
        'netns',
        other ?? '',
      ];
      execFileSync('ip', cable);
      for (const [index, pid] of pids.entries()) {
        execFileSync('nsenter', inside(pid, `ip link set eth1 up && ip addr add ${hosts[index] ?? ''}/24 dev eth1`));
        const files = '-p /run/k.pid -r /run/v.pid';
        const start = `exec '${layer}/usr/sbin/keepalived' --vrrp -n -l -f '${example('keepalived.conf')}' ${files}`;
        const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
        children.push(spawn('nsenter', inside(pid, start), { env, stdio: 'ignore' }));
        await waitUntil('keepalived', 10_000, () => run(pid, 'cat /run/mha-helper-writer') === '1');
      }
      const ways = hosts.map((host, index) => `  *@${host}) pid=${pids[index] ?? 0} ;;\n`).join('');
      writeFileSync(
        join(directory, 'ssh'),
        '#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\n' +
          `case $1 in\n${ways}  *) echo no route >&2; exit 255 ;;\nesac\n` +
          'exec nsenter -t $pid -n -m sh -c "$2"\n',
        { mode: 0o755 },
      );
    });
    after(async () => {
      for (const child of children.toReversed()) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      rmSync(directory, { recursive: true });
    });

    function run(pid: number | undefined, command: string): string {
      return spawnSync('nsenter', inside(pid ?? 0, command), { encoding: 'utf8' }).stdout.trim();
    }

    const holders = (): readonly string[] =>
      hosts.filter((_, index) => run(pids[index], `ip -o addr show to ${address}`) !== '');

    async function call(action: string, ip: string, to = address): Promise<{ code: number | null; stderr: string }> {
      const env = { PATH: `${directory}:${process.env['PATH'] ?? ''}`, MHA_HELPER_ACTION: action, MHA_HELPER_IP: ip };
      const child = spawn(example('mha-helper-keepalived'), [], {
        env: { ...env, MHA_HELPER_ADDRESS: to },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, stderr };
    }

    test('nobody has it until it is assigned, and it moves', async () => {
      assert.deepEqual(holders(), []);
      assert.deepEqual(await call('status', hosts[0]), { code: 3, stderr: '' });
      for (let round = 0; round < 2; round += 1)
        assert.deepEqual(await call('assign', hosts[0]), { code: 0, stderr: '' });
      assert.deepEqual(holders(), [hosts[0]]);
      assert.equal((await call('status', hosts[0])).code, 0);
      assert.equal((await call('status', hosts[1])).code, 3);
      for (let round = 0; round < 2; round += 1) assert.equal((await call('release', hosts[0])).code, 0);
      assert.deepEqual(holders(), [], 'nobody takes it by itself');
      assert.equal((await call('assign', hosts[1])).code, 0);
      assert.deepEqual(holders(), [hosts[1]]);
    });

    test('what a restart of the network takes away comes back', async () => {
      run(pids[1], `ip addr del ${address}/24 dev eth1`);
      await waitUntil('the address', 5_000, () => holders().join() === hosts[1]);
    });

    test('a host that does not answer is neither yes nor no', async () => {
      for (const action of ['status', 'release', 'assign']) {
        const { code, stderr } = await call(action, '192.168.10.12');
        assert.ok(code !== 0 && code !== 3, `${action}: ${code}`);
        assert.match(stderr, /no route/);
      }
      assert.equal((await call('status', hosts[0], '1; rm')).code, 2);
    });
  },
);
