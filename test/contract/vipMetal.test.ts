import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { Budget } from '../../src/context/budget.ts';
import type { Shell } from '../../src/context/Context.ts';
import type { OptionSet } from '../../src/config/options.ts';
import { readCluster } from '../../src/config/validate.ts';
import { Failure } from '../../src/errors/errors.ts';
import { metal } from '../../src/vip/metal/provider.ts';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';
import { waitUntil } from '../lab/processes.ts';
import { providerContract } from './providerContract.ts';
import { layWire, type Wire, type WireHost } from './wire.ts';
import { patternOf } from '../patternOf.ts';

const v4 = '10.77.0.155/24';
const v6 = 'fd00:77::155/64';

describe('metal', { concurrency: false }, () => {
  let wire: Wire | undefined;
  let warnings: string[];
  before(async () => {
    wire = await layWire(['db10', 'db11', 'app']);
  });
  after(async () => {
    await wire?.end();
  });

  function wireHost(name: string): WireHost {
    const found = wire?.hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  }

  function provider(cidr: string): Provider {
    warnings = [];
    return metal(cidr.split('/')[0] ?? '', {
      clock: systemClock,
      budget: new Budget(systemClock, 'test', 60_000),
      warn: (line) => warnings.push(line),
    });
  }

  function vipHost(
    name: string,
    cidr: string,
    more: Partial<OptionSet> = {},
    shell: Shell = wireHost(name).shell,
  ): VipHost {
    const { cluster } = readCluster(
      '/etc/mha-helper/c.conf',
      `[default]\nvip_type = metal\nwriter_vip_cidr = ${cidr}\ncluster_interface = eth1\n[${name}]\n`,
    );
    const settings = cluster?.hosts[0];
    if (settings === undefined) throw new Error('bad settings');
    return {
      name,
      ip: '10.77.0.1',
      port: 3306,
      settings: { ...settings, options: { ...settings.options, ...more } },
      shell: () => Promise.resolve(shell),
    };
  }

  const holders = (cidr: string) => (): Promise<readonly string[]> =>
    Promise.resolve(
      (wire?.hosts ?? [])
        .filter((host) => host.exec('ip', '-j', 'addr').includes(`"${cidr.split('/')[0] ?? ''}"`))
        .map(({ name }) => name),
    );
  const clear = (cidr: string) => (): Promise<void> => {
    for (const host of wire?.hosts ?? [])
      host.exec(
        'sh',
        '-c',
        `ip addr del ${cidr} dev eth1 2>/dev/null; ip addr del ${cidr.split('/')[0] ?? ''}/32 dev eth1 ` +
          '2>/dev/null; ip neigh flush all',
      );
    return Promise.resolve();
  };

  for (const cidr of [v4, v6]) {
    describe(`with ${cidr}`, () => {
      providerContract(() => ({
        provider: provider(cidr),
        one: vipHost('db10', cidr),
        other: vipHost('db11', cidr),
        holders: holders(cidr),
        reset: clear(cidr),
        dead: (host) => ({ ...host, shell: () => Promise.reject(new Failure('ssh', 'no route to host')) }),
      }));
    });
  }

  test('a /24 and a /32 copy side by side both go', async () => {
    await clear(v4)();
    const db10 = wireHost('db10');
    db10.exec('ip', 'addr', 'add', v4, 'dev', 'eth1');
    db10.exec('ip', 'addr', 'add', '10.77.0.155/32', 'dev', 'lo');
    await provider(v4).release(vipHost('db10', v4));
    assert.deepEqual(await holders(v4)(), []);
  });

  test('another address that begins alike is left alone', async () => {
    await clear(v4)();
    const db10 = wireHost('db10');
    db10.exec('ip', 'addr', 'add', '10.77.0.15/24', 'dev', 'eth1');
    const metalProvider = provider('10.77.0.1/24');
    assert.equal(await metalProvider.holds(vipHost('db11', '10.77.0.15/24')), false);
    await provider(v4).release(vipHost('db10', v4));
    assert.match(db10.exec('ip', 'addr'), /10\.77\.0\.15\/24/);
    db10.exec('ip', 'addr', 'del', '10.77.0.15/24', 'dev', 'eth1');
  });

  test('clients connected through the address are reset at once, and none hangs', async () => {
    await clear(v4)();
    const metalProvider = provider(v4);
    await metalProvider.assign(vipHost('db10', v4));
    const server = wireHost('db10').spawn(
      process.execPath,
      '-e',
      'require("net").createServer((s) => s.on("error", () => 0)).listen(3306, "0.0.0.0", () => console.log("up"))',
    );
    await new Promise((resolve) => server.stdout?.once('data', resolve));
    // Five clients that connect again the moment they are thrown out, as connection pools do; each says how long it had
    // to wait.
    const client = wireHost('app').spawn(
      process.execPath,
      '-e',
      `
      const net = require('net'); let reset = 0; let open = 0;
      function connect() {
        const socket = net.connect({ host: '10.77.0.155', port: 3306 });
        socket.on('connect', () => { if (++open === 5) console.log('connected'); });
        socket.on('error', (error) => {
          if (error.code === 'ECONNRESET') { reset += 1; console.log('reset ' + reset); }
          setImmediate(connect);
        });
      }
      for (let i = 0; i < 5; i += 1) connect();`,
    );
    const lines: string[] = [];
    const fiveResets = new Promise<void>((resolve) => {
      client.stdout?.on('data', (text: Buffer) => {
        lines.push(...text.toString().trim().split('\n'));
        if (lines.filter((line) => line.startsWith('reset')).length >= 5) resolve();
      });
    });
    await new Promise<void>((resolve) => {
      client.stdout?.on('data', () => {
        if (lines.includes('connected')) resolve();
      });
    });
    await metalProvider.release(vipHost('db10', v4));
    await fiveResets;
    assert.equal(
      wireHost('db10').exec('ss', '-Htn', 'state', 'connected', 'exclude', 'time-wait', 'src', '10.77.0.155').trim(),
      '',
    );
    assert.deepEqual(await holders(v4)(), []);
    assert.deepEqual(warnings, []);
    server.kill('SIGKILL');
    client.kill('SIGKILL');
  });

  test('an address whose release was cut off is made to work again', async () => {
    await clear(v4)();
    const metalProvider = provider(v4);
    await metalProvider.assign(vipHost('db10', v4));
    const db10 = wireHost('db10');
    const routes = (): string =>
      db10
        .exec('ip', 'route', 'show', 'table', 'local', 'type', 'local', '10.77.0.155')
        .replace(/\s+/g, ' ')
        .replace(/ src .*/, '')
        .trim();
    const whole = routes();
    db10.exec('ip', 'route', 'del', 'local', '10.77.0.155', 'dev', 'eth1', 'table', 'local');
    assert.deepEqual(await metalProvider.answersElsewhere(vipHost('db11', v4), 'once'), { kind: 'nobody' });
    await metalProvider.assign(vipHost('db10', v4));
    assert.equal(routes(), whole);
    assert.equal((await metalProvider.answersElsewhere(vipHost('db11', v4), 'once')).kind, 'somebody');
  });

  test('neighbours learn the new place from the announcement', async () => {
    await clear(v4)();
    const metalProvider = provider(v4);
    await metalProvider.assign(vipHost('db10', v4));
    const app = wireHost('app');
    app.exec('bash', '-c', 'echo > /dev/udp/10.77.0.155/9');
    await metalProvider.release(vipHost('db10', v4));
    await metalProvider.assign(vipHost('db11', v4));
    const mac = /link\/ether (\S+)/.exec(wireHost('db11').exec('ip', 'link', 'show', 'eth1'))?.[1];
    assert.match(app.exec('ip', 'neigh', 'show', '10.77.0.155'), new RegExp(mac ?? 'none'));
  });

  test('nothing is announced any more once the address is released', async () => {
    await clear(v4)();
    const metalProvider = provider(v4);
    await metalProvider.assign(vipHost('db10', v4));
    await metalProvider.release(vipHost('db10', v4));
    // The announcements of a second ago would come within the next three.
    const heard = wireHost('app').spawn(
      'timeout',
      '3.5',
      process.execPath,
      '-e',
      `
      const { execFileSync } = require('child_process');
      const entry = ['10.77.0.155', 'lladdr', '02:00:00:00:00:01', 'dev', 'eth1', 'nud', 'stale'];
      execFileSync('ip', ['neigh', 'replace', ...entry]);
      setTimeout(() => console.log(execFileSync('ip', ['neigh', 'show', '10.77.0.155']).toString()), 3000);`,
    );
    const text = await new Promise<string>((resolve) =>
      heard.stdout?.once('data', (data: Buffer) => {
        resolve(data.toString());
      }),
    );
    assert.match(text, /02:00:00:00:00:01/);
  });

  test('IPv6 neighbours learn it too', async () => {
    await clear(v6)();
    const metalProvider = provider(v6);
    await metalProvider.assign(vipHost('db10', v6));
    const app = wireHost('app');
    app.exec('bash', '-c', 'echo > /dev/udp/fd00:77::155/9');
    await metalProvider.release(vipHost('db10', v6));
    await metalProvider.assign(vipHost('db11', v6));
    const mac = /link\/ether (\S+)/.exec(wireHost('db11').exec('ip', 'link', 'show', 'eth1'))?.[1];
    assert.match(app.exec('ip', '-6', 'neigh', 'show', 'fd00:77::155'), new RegExp(mac ?? 'none'));
  });

  test('who else answers for the address', async () => {
    await clear(v4)();
    const metalProvider = provider(v4);
    assert.deepEqual(await metalProvider.answersElsewhere(vipHost('db11', v4), 'once'), { kind: 'nobody' });
    await metalProvider.assign(vipHost('db10', v4));
    const mac = /link\/ether (\S+)/.exec(wireHost('db10').exec('ip', 'link', 'show', 'eth1'))?.[1]?.toLowerCase();
    for (const patience of ['once', 'insist'] as const) {
      assert.deepEqual(await metalProvider.answersElsewhere(vipHost('db11', v4), patience), {
        kind: 'somebody',
        who: `the host with the hardware address ${mac ?? ''}`,
      });
    }
    assert.deepEqual(warnings, []);
  });

  test('IPv6: an address that another host has is not added', async () => {
    await clear(v6)();
    const metalProvider = provider(v6);
    await metalProvider.assign(vipHost('db10', v6));
    await assert.rejects(metalProvider.assign(vipHost('db11', v6)), { kind: 'refused' });
    assert.deepEqual(await holders(v6)(), ['db10']);
  });

  /** The writer address has moved from db10 to db11, with no announcement that `app` could have heard. */
  async function movedSilently(): Promise<void> {
    await clear(v4)();
    wireHost('db10').exec('ip', 'addr', 'add', v4, 'dev', 'eth1');
    wireHost('app').exec('bash', '-c', 'echo > /dev/udp/10.77.0.155/9');
    await untilNeighbour('db10');
    wireHost('db10').exec('ip', 'addr', 'del', v4, 'dev', 'eth1');
  }

  async function untilNeighbour(host: string): Promise<void> {
    const mac = /link\/ether (\S+)/.exec(wireHost(host).exec('ip', 'link', 'show', 'eth1'))?.[1] ?? 'none';
    const entry = (): string => wireHost('app').exec('ip', 'neigh', 'show', '10.77.0.155');
    await waitUntil(`app to know 10.77.0.155 on ${host}`, 5_000, () => Promise.resolve(entry().includes(mac)));
  }

  const arpings = ['/usr/bin/arping', '/usr/sbin/arping'].filter((path) => existsSync(path));

  test('without arping the kernel tells the neighbours', async () => {
    await movedSilently();
    const db11 = wireHost('db11');
    for (const path of arpings) db11.exec('mount', '--bind', '/dev/null', path);
    const left = await provider(v4).assign(vipHost('db11', v4));
    for (const path of arpings) db11.exec('umount', path);
    assert.deepEqual(left, []);
    assert.deepEqual(warnings, [
      'db11: 10.77.0.155 was announced by the kernel instead of arping, which some network devices need: ' +
        'arping is not installed there -- install iputils-arping (or arping) there',
    ]);
    await untilNeighbour('db11');
  });

  test('a kernel that would name another sender is not taken for an announcement', async () => {
    await movedSilently();
    const db11 = wireHost('db11');
    for (const path of arpings) db11.exec('mount', '--bind', '/bin/false', path);
    db11.exec('sh', '-c', 'echo 2 >/proc/sys/net/ipv4/conf/eth1/arp_announce');
    const left = await provider(v4).assign(vipHost('db11', v4));
    db11.exec('sh', '-c', 'echo 0 >/proc/sys/net/ipv4/conf/eth1/arp_announce');
    for (const path of arpings) db11.exec('umount', path);
    assert.match(
      left.join(),
      patternOf(
        String.raw`^tell the network of db11 .*; the kernel did not announce it either: the sysctl `,
        String.raw`net\.ipv4\.conf\.eth1\.arp_announce is 2 there$`,
      ),
    );
    assert.deepEqual(warnings, []);
    assert.deepEqual(await holders(v4)(), ['db11']);
  });

  test(
    'arping that sudo refuses: the kernel tells the neighbours, and the refusal is no other holder',
    { skip: existsSync('/usr/bin/sudo') ? false : 'SUDO IS NOT HERE: run it with make unit' },
    async () => {
      await movedSilently();
      const db11 = wireHost('db11');
      db11.exec(
        'sh',
        '-c',
        'mount -t tmpfs -o mode=0755 rules /etc/sudoers.d && echo "nobody ALL=NOPASSWD: /sbin/ip, ' +
          '/usr/bin/ip" >/etc/sudoers.d/rule && chmod 440 /etc/sudoers.d/rule',
      );
      const asNobody: Shell = {
        ...db11.shell,
        run: (argv, timeoutMs) =>
          db11.shell.run(
            ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups', '--', ...argv],
            timeoutMs,
          ),
      };
      const metalProvider = provider(v4);
      const host = vipHost('db11', v4, { requires_sudo: true }, asNobody);
      // Without the right to run arping the kernel asks, which needs none. Quietly: nobody is to learn of db10 here.
      assert.deepEqual(await metalProvider.answersElsewhere(host, 'once'), { kind: 'nobody' });
      wireHost('db10').exec('ip', 'addr', 'add', '10.77.0.155/24', 'dev', 'eth1');
      assert.equal((await metalProvider.answersElsewhere(host, 'once')).kind, 'somebody');
      wireHost('db10').exec('ip', 'addr', 'del', '10.77.0.155/24', 'dev', 'eth1');
      assert.deepEqual(await metalProvider.assign(host), []);
      assert.match(
        warnings.join(),
        patternOf(
          String.raw`^db11: 10\.77\.0\.155 was announced by the kernel instead of arping, .*: sudo: .* -- allow it in `,
          String.raw`sudoers: "NOPASSWD: \S*bin\/arping"$`,
        ),
      );
      await untilNeighbour('db11');
      db11.exec('umount', '/etc/sudoers.d');
    },
  );

  test('a missing interface is named, with those that are there', async () => {
    await clear(v4)();
    const host = vipHost('db10', v4, { cluster_interface: 'bond7' });
    await assert.rejects(provider(v4).assign(host), {
      kind: 'address',
      message: "db10: there is no network interface 'bond7' (there are: lo, eth1)",
    });
    assert.deepEqual(
      (await provider(v4).check(host)).map(({ severity, text }) => [severity, text]),
      [['error', "db10: there is no network interface 'bond7' (there are: lo, eth1)"]],
    );
    assert.deepEqual(await holders(v4)(), []);
  });
});
