// The frozen state on real kernels: nobody reaches the old host by the address, its connections stay as they are, and
// they are reset when another host has the address.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { Budget } from '../../src/context/budget.ts';
import type { Shell } from '../../src/context/Context.ts';
import type { OptionSet } from '../../src/config/options.ts';
import { readCluster } from '../../src/config/validate.ts';
import { metal } from '../../src/vip/metal/provider.ts';
import { releaseScript } from '../../src/vip/metal/releaseScript.ts';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';
import { holds } from '../faults/referee/hostLook.ts';
import { waitUntil } from '../lab/processes.ts';
import { layWire, type Wire, type WireHost } from './wire.ts';

const cidrs = ['10.77.0.155/24', 'fd00:77::155/64'] as const;
/** Its sessions end as mysqld's do at KILL, when a byte comes by the host's own address. */
const serverProgram = `
  const net = require('net'); const all = [];
  const up = () => console.log('up');
  net.createServer((s) => { all.push(s); s.on('error', () => 0); s.write('x'); }).listen(3306, '::', up);
  net.createServer((s) => { for (const one of all) one.end(); s.end('ended'); }).listen(3307, '::');`;
const clientProgram = (address: string): string => `
  const net = require('net');
  const s = net.connect({ host: '${address}', port: 3306 });
  s.on('data', () => console.log('connected'));
  s.on('error', (e) => console.log(e.code)); s.on('end', () => console.log('end'));`;
const probe = (address: string): string => `
  const net = require('net');
  const s = net.connect({ host: '${address}', port: 3306 });
  s.on('connect', () => { console.log('REACHED'); process.exit(); });
  s.on('error', (e) => { console.log(e.code); process.exit(); });
  setTimeout(() => { console.log('nobody'); process.exit(); }, 700);`;

describe('metal, frozen connections', { concurrency: false }, () => {
  let wire: Wire | undefined;
  const warnings: string[] = [];
  before(async () => {
    wire = await layWire(['db10', 'db11', 'app']);
    const server = on('db10').spawn(process.execPath, '-e', serverProgram);
    await new Promise((resolve) => server.stdout?.once('data', resolve));
  });
  after(() => wire?.end());

  function on(name: string): WireHost {
    return wire?.hosts.find((host) => host.name === name) ?? assert.fail(name);
  }

  function provider(cidr: string): Provider {
    const budget = new Budget(systemClock, 'test', 60_000);
    return metal(addressOf(cidr), { clock: systemClock, budget, warn: (line) => warnings.push(line) });
  }

  function vipHost(name: string, cidr: string, more: Partial<OptionSet> = {}, shell: Shell = on(name).shell): VipHost {
    const text = `[default]\nvip_type = metal\nwriter_vip_cidr = ${cidr}\ncluster_interface = eth1\n[${name}]\n`;
    const settings = readCluster('/etc/mha-helper/c.conf', text).cluster?.hosts[0] ?? assert.fail();
    const options = { ...settings.options, ...more };
    return {
      name,
      ip: '10.77.0.1',
      port: 3306,
      settings: { ...settings, options },
      shell: () => Promise.resolve(shell),
    };
  }

  async function frozenOn(name: string, cidr: string): Promise<void> {
    await (
      await provider(cidr).freeze?.(vipHost(name, cidr))
    )?.readBack;
  }

  /** What a client on `app` hears, as it comes. */
  async function client(cidr: string): Promise<string[]> {
    const heard: string[] = [];
    const { stdout } = on('app').spawn(process.execPath, '-e', clientProgram(addressOf(cidr)));
    stdout?.on('data', (text: Buffer) => heard.push(...text.toString().trim().split('\n')));
    await waitUntil('the client to be connected', 5_000, () => Promise.resolve(heard.includes('connected')));
    return heard;
  }

  function traces(name: string, cidr: string): string {
    return on(name).exec('sh', '-c', `ip rule; ip -6 rule; ip -o addr show dev lo to ${addressOf(cidr)}`);
  }

  function assertNothingLeft(cidr: string): void {
    for (const name of ['db10', 'db11']) assert.doesNotMatch(traces(name, cidr), /155/, name);
  }

  async function clear(cidr: string): Promise<void> {
    for (const name of ['db10', 'db11']) {
      await provider(cidr).release(vipHost(name, cidr));
      on(name).exec('ip', 'neigh', 'flush', 'all');
    }
    on('app').exec('ip', 'neigh', 'flush', 'all');
    warnings.length = 0;
  }

  for (const cidr of cidrs) {
    const family = cidr.includes(':') ? 'IPv6' : 'IPv4';

    test(`${family}: nobody reaches a frozen host, and clients are told when the new host is there`, async () => {
      await clear(cidr);
      await provider(cidr).assign(vipHost('db10', cidr));
      const idle = await client(cidr);
      const frozen = provider(cidr);
      const { peers, readBack } = (await frozen.freeze?.(vipHost('db10', cidr))) ?? assert.fail();
      await readBack;
      assert.deepEqual([peers?.length, await frozen.remains?.(vipHost('db10', cidr))], [1, 'rest']);
      assert.equal(await frozen.holds(vipHost('db10', cidr)), false);
      // The kernel itself, and a third host: by a new question, by an old entry of its neighbour table, by TCP.
      assert.equal(holds(on('db10').pid, addressOf(cidr)), false);
      assert.equal(
        on('app')
          .exec(process.execPath, '-e', probe(addressOf(cidr)))
          .trim(),
        'nobody',
      );
      assert.deepEqual(await provider(cidr).answersElsewhere(vipHost('db11', cidr), 'once'), { kind: 'nobody' });
      // mysqld ends its sessions meanwhile; that must not get out.
      on('app').exec('bash', '-c', 'exec 3<>/dev/tcp/10.77.0.1/3307; cat <&3');
      await sleep(300);
      assert.deepEqual(idle, ['connected']);
      const other = vipHost('db11', cidr);
      await provider(cidr).assign(other, () => Promise.resolve(assert.deepEqual(idle, ['connected'])));
      const began = performance.now();
      await frozen.release(vipHost('db10', cidr));
      await waitUntil('the client to hear of it', 2_000, () => Promise.resolve(idle.length > 1));
      assert.match(idle[1] ?? '', /ECONNRESET|end/);
      assert.ok(performance.now() - began < 1_000);
      assert.deepEqual([await frozen.remains?.(vipHost('db10', cidr)), warnings], ['nothing', []]);
      assertNothingLeft(cidr);
    });

    test(`${family}: given back: the same host answers again, and clients that were held up are told`, async () => {
      await clear(cidr);
      await provider(cidr).assign(vipHost('db10', cidr));
      const idle = await client(cidr);
      await frozenOn('db10', cidr);
      on('app').exec('bash', '-c', 'exec 3<>/dev/tcp/10.77.0.1/3307; cat <&3');
      assert.deepEqual(await provider(cidr).assign(vipHost('db10', cidr)), []);
      await waitUntil('the client to hear of it', 2_000, () => Promise.resolve(idle.length > 1));
      assert.equal(
        on('app')
          .exec(process.execPath, '-e', probe(addressOf(cidr)))
          .trim(),
        'REACHED',
      );
      assert.equal(await provider(cidr).remains?.(vipHost('db10', cidr)), 'held');
      assertNothingLeft(cidr);
    });

    test(`${family}: the host lets go by itself, and a freeze that was cut off is ended by assign`, async () => {
      await clear(cidr);
      await provider(cidr).assign(vipHost('db10', cidr));
      const heard = await client(cidr);
      const address = addressOf(cidr);
      const quick = releaseScript.replace(/seconds=\d+/, 'seconds=1');
      assert.notEqual(quick, releaseScript);
      const words = ['/sbin/ip', '/bin/ss', family === 'IPv6' ? '6' : '4', address, 'freeze', cidr, 'eth1'];
      await on('db10').shell.run(['sh', '-c', quick, 'sh', '', ...words], 5_000);
      await waitUntil('the client to hear of it', 5_000, () => Promise.resolve(heard.length > 1));
      await waitUntil('nothing to be left', 3_000, () => Promise.resolve(!traces('db10', cidr).includes('155')));
      assert.equal(await provider(cidr).remains?.(vipHost('db10', cidr)), 'nothing');
      await provider(cidr).assign(vipHost('db10', cidr));
      on('db10').exec('ip', family === 'IPv6' ? '-6' : '-4', 'rule', 'add', 'from', address, 'blackhole', 'pref', '1');
      assert.equal(await provider(cidr).remains?.(vipHost('db10', cidr)), 'held', 'the rule alone proves nothing');
      await provider(cidr).assign(vipHost('db10', cidr));
      assert.equal(on('app').exec(process.execPath, '-e', probe(address)).trim(), 'REACHED');
      assertNothingLeft(cidr);
    });
  }

  test('what was seen a moment before is not taken for what is so: given, and taken away again at once', async () => {
    const [cidr] = cidrs;
    await clear(cidr);
    const one = provider(cidr);
    assert.equal(await one.remains?.(vipHost('db10', cidr)), 'nothing');
    await one.assign(vipHost('db10', cidr));
    await one.release(vipHost('db10', cidr));
    assert.equal(await provider(cidr).remains?.(vipHost('db10', cidr)), 'nothing');
  });

  test('another program puts the local route back: given back, and released, nothing is left of it', async () => {
    const [cidr] = cidrs;
    const db10 = on('db10');
    const answers = (): boolean => holds(db10.pid, addressOf(cidr));
    for (const isGivenBack of [true, false]) {
      await clear(cidr);
      await provider(cidr).assign(vipHost('db10', cidr));
      await frozenOn('db10', cidr);
      db10.exec('ip', 'route', 'add', 'local', '10.77.0.155', 'dev', 'eth1', 'table', 'local');
      assert.deepEqual([await provider(cidr).remains?.(vipHost('db10', cidr)), answers()], ['held', true]);
      if (isGivenBack) {
        await provider(cidr).assign(vipHost('db10', cidr));
        assertNothingLeft(cidr);
        assert.deepEqual([await provider(cidr).remains?.(vipHost('db10', cidr)), answers()], ['held', true]);
      }
      await provider(cidr).release(vipHost('db10', cidr));
      assertNothingLeft(cidr);
      assert.deepEqual([await provider(cidr).remains?.(vipHost('db10', cidr)), answers()], ['nothing', false]);
      assert.equal(db10.exec('ip', '-4', 'route', 'show', 'table', 'all', 'exact', '10.77.0.155'), '');
    }
  });

  for (const [refused, address] of [
    ['rule add', 'gone'],
    ['addr del 10.77.0.155/24', 'there'],
  ] as const) {
    test(`"ip ${refused}" does not work: clients hear of it, or it is said: the address is ${address}`, async () => {
      const [cidr] = cidrs;
      await clear(cidr);
      const db10 = on('db10');
      await provider(cidr).assign(vipHost('db10', cidr));
      const heard = await client(cidr);
      const path = join(mkdtempSync(join(tmpdir(), 'mha-helper-ip-')), 'ip');
      const unwilling = `#!/bin/sh\ncase " $* " in *" ${refused} "*) exit 2 ;; esac\n`;
      writeFileSync(path, `${unwilling}exec /sbin/ip "$@"\n`, { mode: 0o755 });
      const words = [path, '/bin/ss', '4', addressOf(cidr), 'freeze', cidr, 'eth1'];
      const { stdout } = await db10.shell.run(['sh', '-c', releaseScript, 'sh', '', ...words], 5_000);
      if (address === 'gone') {
        assert.match(stdout, /^frozen=no$/m);
        await waitUntil('the client to hear of it', 2_000, () => Promise.resolve(heard.length > 1));
        assert.equal(await provider(cidr).remains?.(vipHost('db10', cidr)), 'nothing');
      } else {
        assert.match(stdout, /^error=/m);
        assert.deepEqual([heard, await provider(cidr).remains?.(vipHost('db10', cidr))], [['connected'], 'held']);
        await provider(cidr).assign(vipHost('db10', cidr));
        assert.equal(holds(db10.pid, addressOf(cidr)), true);
      }
      rmSync(dirname(path), { recursive: true });
    });
  }

  test('a copy that the kernel answers for is the address itself', async () => {
    const [cidr] = cidrs;
    await clear(cidr);
    const db10 = on('db10');
    db10.exec('ip', 'addr', 'add', '10.77.0.155/32', 'dev', 'lo');
    assert.equal(await provider(cidr).remains?.(vipHost('db10', cidr)), 'held');
    db10.exec('ip', 'route', 'del', 'local', '10.77.0.155', 'dev', 'lo', 'table', 'local');
    assert.equal(await provider(cidr).remains?.(vipHost('db10', cidr)), 'rest');
    db10.exec('ip', 'route', 'add', 'local', '10.77.0.0/24', 'dev', 'lo', 'table', '77');
    assert.equal(await provider(cidr).remains?.(vipHost('db10', cidr)), 'held');
    db10.exec('ip', 'route', 'flush', 'table', '77');
    db10.exec('ip', 'addr', 'del', '10.77.0.155/32', 'dev', 'lo');
  });

  test(
    'where sudo refuses the rule the address is released as ever, and a look at the rights says so before',
    { skip: existsSync('/usr/bin/sudo') ? false : 'SUDO IS NOT HERE: run it with make unit' },
    async () => {
      const [cidr] = cidrs;
      await clear(cidr);
      const db10 = on('db10');
      const rules = ['addr', 'route', 'neigh'].map((word) => `/sbin/ip ${word} *, /sbin/ip -4 ${word} *`).join(', ');
      const programs = `${rules}, /bin/ss, /usr/bin/arping`;
      db10.exec(
        'sh',
        '-c',
        `mount -t tmpfs -o mode=0755 rules /etc/sudoers.d && echo "nobody ALL=NOPASSWD: ${programs}" ` +
          '>/etc/sudoers.d/rule && chmod 440 /etc/sudoers.d/rule',
      );
      const nobody = ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups', '--'];
      const shell = {
        ...db10.shell,
        run: (argv: readonly string[], ms: number) => db10.shell.run([...nobody, ...argv], ms),
      };
      const host = vipHost('db10', cidr, { requires_sudo: true }, shell);
      const narrow = provider(cidr);
      await narrow.assign(host);
      assert.match(
        (await narrow.check(host)).map(({ text }) => text).join(),
        /sudo does not let the SSH user run "\S*ip -4 rule add .*; in a planned switch clients are disconnected before/,
      );
      assert.deepEqual(await narrow.freeze?.(host), { peers: null, leftToDo: [] });
      assert.equal(await narrow.remains?.(host), 'nothing');
      db10.exec('umount', '/etc/sudoers.d');
      assertNothingLeft(cidr);
    },
  );
});

function addressOf(cidr: string): string {
  return cidr.split('/')[0] ?? '';
}
