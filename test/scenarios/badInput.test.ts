// Whatever is wrong: one clear line on stderr, the right exit code, and nothing half done.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { HELPER_FILE } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { DATABASE_NAMES } from '../lab/hosts.ts';
import { hardHook, onlineArguments, onlineHook, readmeSudoers } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';

describe('bad input', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().configure({});
    for (const host of DATABASE_NAMES)
      await cluster().writeFile(host, { path: '/etc/sudoers.d/mha_helper', content: readmeSudoers, mode: '440' });
  });

  /** One line that says it, this exit code, and the cluster as it was: neither 0 nor 10, because MHA would go on. */
  async function refused(outcome: CommandOutcome, code: number, line: RegExp): Promise<void> {
    const said = outcome.stderr.split('\n').filter((text) => text.startsWith('mha-helper: '));
    assert.equal(said.length, 1, outcome.stderr);
    assert.match(said[0] ?? '', line);
    assert.equal(outcome.code, code, outcome.stderr);
    assert.ok(![0, 10].includes(outcome.code));
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
    assert.deepEqual(await cluster().writableServers(), ['db10']);
  }

  const helperFile = (content: string): Promise<void> =>
    cluster().writeFile('mgr', { path: HELPER_FILE, content, mode: '600' });

  describe('configuration', () => {
    const files: readonly (readonly [string, string, RegExp])[] = [
      [
        'a line that is nothing',
        '[default]\nvip_type = none\nwhat is this\n[db10]\n[db11]\n',
        /test_cluster\.conf:3: /,
      ],
      ['an option before any section', 'vip_type = none\n[db10]\n[db11]\n', /test_cluster\.conf:1: /],
      [
        'a value that is not allowed',
        '[default]\nvip_type = nome\n[db10]\n[db11]\n',
        /test_cluster\.conf:2: \[default\] vip_type = nome: must be none, metal, aws, openstack or command/,
      ],
      [
        'an address without prefix',
        '[default]\nvip_type = metal\ncluster_interface = eth1\nwriter_vip_cidr = 192.168.10.155\n[db10]\n[db11]\n',
        /writer_vip_cidr = 192\.168\.10\.155: must be an IPv4 or IPv6 address with prefix length/,
      ],
      [
        'an interface no kernel takes',
        '[default]\nvip_type = metal\ncluster_interface = eth1; reboot\nwriter_vip_cidr = ' +
          '192.168.10.155/24\nrequires_sudo = yes\n[db10]\ncluster_interface = $(reboot)\n[db11]\n',
        /cluster_interface = \$\(reboot\): must be a network interface name/,
      ],
      [
        'a missing option',
        '[default]\nvip_type = metal\n[db10]\n[db11]\n',
        /writer_vip_cidr, which is not set for db10, db11.*cluster_interface/,
      ],
      [
        'a boolean that is none',
        '[default]\nvip_type = none\nrequires_sudo = perhaps\n[db10]\n[db11]\n',
        /requires_sudo = perhaps: must be yes or no/,
      ],
      [
        'seconds that are none',
        '[default]\nvip_type = none\nkill_after_timeout = 5s\n[db10]\n[db11]\n',
        /kill_after_timeout = 5s: must be a whole number of seconds/,
      ],
      [
        'two writer addresses',
        '[default]\nvip_type = metal\ncluster_interface = eth1\nwriter_vip_cidr = ' +
          '192.168.10.155/24\n[db10]\nwriter_vip_cidr = 192.168.10.156/24\n[db11]\n',
        /192\.168\.10\.15[56]/,
      ],
      ['no section for the host', '[default]\nvip_type = none\n[db10]\n', /no section \[db11\] in \/etc\/mha-helper/],
      [
        'several problems at once',
        '[default]\nvip_type = nome\nrequires_sudo = perhaps\n[db10]\n[db11]\n',
        /vip_type = nome.*requires_sudo = perhaps/,
      ],
    ];
    for (const [what, content, line] of files) {
      test(what, async () => {
        await helperFile(content);
        await refused(await onlineHook(cluster(), 'stop'), 3, line);
      });
    }

    test('no directory, an empty one, a host in two files', async () => {
      await refused(
        await onlineHook(cluster(), 'stop', { env: { MHA_HELPER_CONFIG_DIR: '/nowhere' } }),
        3,
        /cannot read the configuration directory \/nowhere/,
      );
      await cluster().exec('mgr', ['mkdir', '-p', '/tmp/empty']);
      await refused(
        await onlineHook(cluster(), 'stop', { env: { MHA_HELPER_CONFIG_DIR: '/tmp/empty' } }),
        3,
        /there is no \*\.conf file in \/tmp\/empty/,
      );
      await cluster().exec('mgr', ['sh', '-c', `cp ${HELPER_FILE} /etc/mha-helper/second.conf`]);
      await refused(
        await onlineHook(cluster(), 'stop'),
        3,
        /db10 has a section in more than one file \(.*second\.conf.*test_cluster\.conf\), and it is not known which/,
      );
    });

    test('a broken file of another cluster is only a warning', async () => {
      await cluster().exec('mgr', ['sh', '-c', 'echo nonsense > /etc/mha-helper/other.conf']);
      const status = await hardHook(cluster(), 'status');
      assert.equal(status.code, 0, status.stderr);
      assert.match(status.stderr, /warning: .*other\.conf:1: .*not needed for db10/);
    });
  });

  describe('arguments', () => {
    const hook = (...argv: string[]): Promise<CommandOutcome> => cluster().exec('mgr', argv);

    test('unknown command, missing and bad arguments', async () => {
      await refused(
        await hook('mha-helper', 'hard-fialover'),
        2,
        /unknown command "hard-fialover"; did you mean hard-failover\?/,
      );
      const alone = await hook('mha-helper');
      assert.deepEqual([alone.code, alone.stdout], [2, '']);
      assert.match(alone.stderr, /Usage: mha-helper COMMAND/);
      await refused(await hook('master_ip_online_failover_helper'), 2, /online-failover: no arguments are given/);
      await refused(
        await hook('master_ip_online_failover_helper', '--new_master_ip=x'),
        2,
        /bad arguments for the planned switch: .*--command.*--orig_master_host/,
      );
      await refused(
        await hook(
          'master_ip_online_failover_helper',
          ...onlineArguments('stop').filter((word) => !word.startsWith('--new_master_ip')),
        ),
        2,
        /--new_master_ip/,
      );
      await refused(
        await hook(
          'master_ip_online_failover_helper',
          ...onlineArguments('stop').map((word) => word.replace(/^--command=.*/, '--command=halt')),
        ),
        2,
        /--command/,
      );
      await refused(
        await hook(
          'master_ip_online_failover_helper',
          ...onlineArguments('stop').map((word) => word.replace(/^--new_master_port=.*/, '--new_master_port=99999')),
        ),
        2,
        /--new_master_port/,
      );
      await refused(
        await hook(
          'master_ip_hard_failover_helper',
          '--command=stop',
          '--orig_master_host=db10;reboot',
          '--orig_master_ip=192.168.10.10',
          '--orig_master_port=3306',
        ),
        2,
        /--orig_master_host/,
      );
      await refused(
        await onlineHook(cluster(), 'stop', { next: 'db10' }),
        2,
        /the original and the new master are both db10:3306/,
      );
    });

    test('an option that a later MHA may pass is a warning, without its value', async () => {
      const status = await hardHook(cluster(), 'status', { more: ['--orig_master_secret_password=hunter2'] });
      assert.equal(status.code, 0, status.stderr);
      assert.match(status.stderr, /warning: .*--orig_master_secret_password/);
      assert.ok(!status.stderr.includes('hunter2'));
    });
  });

  describe('MySQL', () => {
    test('a wrong password, and a server that is not there', async () => {
      const wrong = onlineArguments('stop').map((word) =>
        word.replace(/^--new_master_password=.*/, '--new_master_password=hunter2'),
      );
      const outcome = await cluster().exec('mgr', ['master_ip_online_failover_helper', ...wrong]);
      await refused(
        outcome,
        4,
        patternOf(
          String.raw`db11: cannot connect to MySQL at 192\.168\.10\.11:3306 as 'mha_helper': Access denied.* -- check `,
          String.raw`user and password`,
        ),
      );
      assert.ok(!outcome.stderr.includes('hunter2') && !outcome.stdout.includes('hunter2'));
      const nobody = onlineArguments('stop').map((word) =>
        word.replace(/^--new_master_port=.*/, '--new_master_port=3399'),
      );
      await refused(
        await cluster().exec('mgr', ['master_ip_online_failover_helper', ...nobody]),
        4,
        /db11: cannot connect to MySQL at 192\.168\.10\.11:3399 .*ECONNREFUSED.* -- is mysqld running there/,
      );
    });

    test('a host that swallows everything: the deadline holds', async () => {
      await cluster().configure({ helper: { default: { connect_timeout: '2' } } });
      const gone = onlineArguments('stop').map((word) =>
        word.replace(/^--new_master_ip=.*/, '--new_master_ip=192.168.10.77'),
      );
      const began = performance.now();
      const outcome = await cluster().exec('mgr', ['master_ip_online_failover_helper', ...gone]);
      const seconds = (performance.now() - began) / 1000;
      assert.ok(outcome.code === 7 || outcome.code === 4 || outcome.code === 5, outcome.stderr);
      await refused(
        outcome,
        outcome.code,
        /db11: .*(no SSH connection to .* within 2 s|no answer within 2 s|EHOSTUNREACH)/,
      );
      assert.ok(seconds < 10, `${seconds} s`);
    });

    test('an account without the privilege', async () => {
      await cluster().sql('db10', "CREATE USER weak@'%' IDENTIFIED BY 'weak'", "GRANT SELECT ON *.* TO weak@'%'");
      const weak = onlineArguments('stop')
        .map((word) => word.replace(/_user=mha_helper$/, '_user=weak').replace(/_password=.*/, '_password=weak'))
        .map((word) => word.replace('_ssh_user=weak', '_ssh_user=mha_helper'));
      await refused(
        await cluster().exec('mgr', ['master_ip_online_failover_helper', ...weak]),
        4,
        patternOf(
          String.raw`MySQL refused .*Access denied.*(nothing had been changed|everything this run had changed was `,
          String.raw`undone) -- the MySQL user of MHA needs SUPER`,
        ),
      );
    });
  });

  describe('hosts', () => {
    test('SSH refused, and a key that is not accepted', async () => {
      await cluster().stopSshd('db11');
      await refused(await onlineHook(cluster(), 'stop'), 5, /db11: .*refused/i);
      await cluster().startSshd('db11');
      const stranger = onlineArguments('stop').map((word) =>
        word.replace(/^--new_master_ssh_user=.*/, '--new_master_ssh_user=mysql'),
      );
      await refused(
        await cluster().exec('mgr', ['master_ip_online_failover_helper', ...stranger]),
        5,
        /db11: no key was accepted by mysql@/,
      );
    });

    test('a changed host key', async () => {
      const serveKey = async (command: string): Promise<void> => {
        await cluster().stopSshd('db11');
        assert.equal((await cluster().exec('db11', ['sh', '-c', command])).code, 0);
        await cluster().startSshd('db11');
      };
      await serveKey(
        'cd /etc/ssh && mv lab_host_key lab_host_key.away && ssh-keygen -q -t ed25519 -N "" -f lab_host_key',
      );
      await refused(await onlineHook(cluster(), 'stop'), 5, /db11: .*host key.*(changed|not the one).*known_hosts/i);
      await serveKey('cd /etc/ssh && mv lab_host_key.away lab_host_key');
    });

    test('a missing sudo right', async () => {
      await cluster().writeFile('db11', {
        path: '/etc/sudoers.d/mha_helper',
        content: 'mha_helper ALL=NOPASSWD: /sbin/arping\n',
        mode: '440',
      });
      await refused(
        await onlineHook(cluster(), 'stop'),
        6,
        patternOf(
          String.raw`db11: sudo does not let the SSH user run \/sbin\/ip without `,
          String.raw`a password; nothing has been changed -- `,
          String.raw`let the SSH user run \/sbin\/ip, `,
        ),
      );
      await cluster().writeFile('db10', { path: '/etc/sudoers.d/mha_helper', content: '', mode: '440' });
      await refused(await hardHook(cluster(), 'status'), 6, /db10: sudo does not let the SSH user run \/sbin\/ip/);
    });

    test('a missing interface', async () => {
      await cluster().configure({ helper: { db11: { cluster_interface: 'bond0' } } });
      await refused(
        await onlineHook(cluster(), 'stop'),
        6,
        patternOf(
          String.raw`db11: there is no network interface 'bond0' \(there are: lo, eth1\); nothing has been changed -- `,
          String.raw`set cluster_interface for db11 in \/etc\/mha-helper\/test_cluster\.conf`,
        ),
      );
    });

    test(
      'a missing arping is a warning before; the kernel announces instead, and where it cannot, that is left ' +
        'to do',
      async () => {
        const away = async (hook: () => Promise<void>): Promise<void> => {
          await cluster().exec('db11', ['sh', '-c', 'mv /usr/bin/arping /usr/bin/arping.away']);
          try {
            await hook();
          } finally {
            await cluster().exec('db11', [
              'sh',
              '-c',
              'mv /usr/bin/arping.away /usr/bin/arping; echo 0 > /proc/sys/net/ipv4/conf/eth1/arp_announce',
            ]);
            await cluster().resetTopology();
          }
        };
        await away(async () => {
          const stopped = await onlineHook(cluster(), 'stop');
          assert.equal(stopped.code, 0, stopped.stderr);
          assert.match(
            stopped.stderr,
            patternOf(
              String.raw`warning: db11: arping is not installed; only the kernel will tell the network that `,
              String.raw`192\.168\.10\.155 has moved -- install iputils-arping`,
            ),
          );
          assert.equal((await onlineHook(cluster(), 'start')).code, 0);
          assert.deepEqual(await cluster().vipHolders(), ['db11']);
        });
        await away(async () => {
          await cluster().exec('db11', ['sh', '-c', 'echo 2 > /proc/sys/net/ipv4/conf/eth1/arp_announce']);
          assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
          const started = await onlineHook(cluster(), 'start');
          assert.equal(started.code, 10, started.stderr);
          assert.match(
            started.stderr,
            patternOf(
              String.raw`LEFT TO DO: tell the network of db11 that 192\.168\.10\.155 has moved there .*arping is not `,
              String.raw`installed there`,
            ),
          );
          assert.deepEqual(await cluster().vipHolders(), ['db11']);
        });
      },
    );

    test('the OpenSSH client is missing on the manager', async () => {
      await cluster().exec('mgr', ['sh', '-c', 'mv /usr/bin/ssh /usr/bin/ssh.away']);
      await refused(await onlineHook(cluster(), 'stop'), 5, /db1[01]: .*ssh.*(missing|not found|not installed)/i);
      await cluster().exec('mgr', ['sh', '-c', 'mv /usr/bin/ssh.away /usr/bin/ssh']);
    });
  });
});
