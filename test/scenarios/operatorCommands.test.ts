// What an operator types to look, and to move the writer address by hand.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE, HELPER_FILE } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { HOSTS } from '../lab/hosts.ts';
import { waitUntil } from '../lab/processes.ts';
import { assertWhole } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';

const address = '192.168.10.155';

describe('commands for operators', { concurrency: false }, () => {
  const cluster = sharedLab();

  const helper = (...words: readonly string[]): Promise<CommandOutcome> =>
    cluster().exec('mgr', ['mha-helper', ...words, '-c', APPLICATION_FILE], { timeoutMs: 60_000 });

  describe('vip', () => {
    beforeEach(async () => {
      await cluster().configure({});
      await cluster().exec('db10', [
        'sh',
        '-c',
        `ip addr show dev eth10 | grep -q ${address} || ip addr add ${address}/24 dev eth10`,
      ]);
    });

    /** Nothing was changed, and nothing is in the record. */
    async function refused(code: number, line: RegExp, ...words: readonly string[]): Promise<void> {
      const journal = (): Promise<string> =>
        cluster()
          .exec('mgr', ['sh', '-c', 'cat /var/lib/mha-helper/*.journal 2>/dev/null'])
          .then(({ stdout }) => stdout);
      const earlier = [await cluster().vipHolders(), await journal()];
      const { code: found, stderr } = await helper('vip', ...words);
      assert.match(stderr, line);
      assert.equal(found, code, stderr);
      assert.deepEqual([await cluster().vipHolders(), await journal()], earlier);
    }

    test('show: each host, and whether it is as it should be', async () => {
      const well = await helper('vip', 'show');
      assert.deepEqual([well.code, well.stderr], [0, '']);
      assert.match(
        well.stdout,
        patternOf(
          String.raw`^writer address 192\.168\.10\.155 \(metal\)\n {2}db10 {2}has it {2}takes writes, is no `,
          String.raw`replica\n {2}db11 {2}- {7}read-only, replicates from db10, \d+ s behind\n {2}db12 {2}- `,
        ),
      );
      await cluster().configure({ helper: { default: { vip_type: 'none' } } });
      assert.match((await helper('vip', 'show')).stdout, /^no writer address is managed/);
      await refused(
        3,
        /no writer address is managed: vip_type = none in \/etc\/mha-helper\/test_cluster\.conf/,
        'assign',
        'db10',
      );
    });

    test('never two: a holder of the cluster, and one outside it, are refused whatever is given', async () => {
      await refused(
        9,
        new RegExp(
          String.raw`^mha-helper: the writer address .* was not assigned to db11: ` +
            String.raw`db10 holds it, and it must not be on ` +
            String.raw`two hosts -- first "mha-helper vip release db10 -c \/etc\/mha\/test_cluster\.conf"$`,
          'm',
        ),
        'assign',
        'db11',
        '--force',
      );
      await cluster().exec('db10', ['ip', 'addr', 'del', `${address}/24`, 'dev', 'eth10']);
      await cluster().exec('app', ['ip', 'addr', 'add', `${address}/24`, 'dev', HOSTS.app.interface]);
      await refused(
        9,
        /was not assigned to db10: the host with the hardware address \S+ answers for it on the network/,
        'assign',
        'db10',
        '--force',
      );
      await cluster().exec('app', ['ip', 'addr', 'del', `${address}/24`, 'dev', HOSTS.app.interface]);
    });

    test('release and assign: the master only with --force, and what is overridden is said', async () => {
      await refused(
        9,
        new RegExp(
          String.raw`was not released on db10, because db10 is the master that ` +
            String.raw`takes the writes, .* -- if it must be so, ` +
            String.raw`give --force$`,
          'm',
        ),
        'release',
        'db10',
      );
      const released = await helper('vip', 'release', 'db10', '--force');
      assert.equal(released.code, 0, released.stderr);
      assert.match(released.stderr, /warning: overridden by --force: db10 is the master that takes the writes/);
      assert.deepEqual(await cluster().vipHolders(), []);
      const lost = await helper('vip', 'show');
      assert.equal(lost.code, 9);
      assert.match(
        lost.stderr,
        /^ATTENTION: the writer address .* is on no host that answers.*; run "mha-helper vip assign db10 -c \S+"$/m,
      );
      await refused(
        9,
        new RegExp(
          String.raw`^mha-helper: db11 was not given the writer address .*, because ` +
            String.raw`db11 is read-only; db11 is a replica ` +
            String.raw`of db10, not the master; db10 takes writes -- `,
          'm',
        ),
        'assign',
        'db11',
      );
      const assigned = await helper('vip', 'assign', 'db10');
      assert.equal(assigned.code, 0, assigned.stderr);
      assert.match(
        assigned.stdout,
        /1\/2 assign the writer address .* to db10: done .*\n.*2\/2 see which host has .* now: done, db10 /,
      );
      await assertWhole(cluster(), 'db10');
      const again = await helper('vip', 'assign', 'db10');
      assert.match(again.stdout, /1\/2 tell the network once more .*: done/);
      assert.match((await helper('vip', 'release', 'db11')).stdout, /1\/2 release .* on db11: already so/);
      assert.match(
        (await cluster().exec('mgr', ['mha-helper', 'status'])).stdout,
        /last run: vip release of db11, .*\n {2}ended: done/,
      );
    });

    test('a host that cannot be asked may have it', async () => {
      await cluster().exec('db10', ['ip', 'addr', 'del', `${address}/24`, 'dev', 'eth10']);
      await cluster().stopSshd('db12');
      try {
        await refused(
          9,
          patternOf(
            String.raw`because it is not known whether db12 has the address `,
            String.raw`\(.*connection refused.*\) -- if it must be `,
            String.raw`so, give --force`,
          ),
          'assign',
          'db10',
        );
        await refused(5, /was not released on db12: db12: no SSH connection .*connection refused/, 'release', 'db12');
        const forced = await helper('vip', 'assign', 'db10', '--force');
        assert.equal(forced.code, 0, forced.stderr);
      } finally {
        await cluster().startSshd('db12');
      }
      assert.deepEqual(await cluster().vipHolders(), ['db10']);
    });

    test("vip_type = command: moved and shown by one's own commands; a status that breaks is no answer", async () => {
      const [script, holder] = ['/usr/local/sbin/writer-address', '/run/writer-address'];
      await cluster().writeFile('mgr', {
        path: script,
        mode: '755',
        content: `#!/bin/sh
case $MHA_HELPER_ACTION in
  assign) echo "$MHA_HELPER_HOST" >${holder} ;;
  release) ! grep -qx "$MHA_HELPER_HOST" ${holder} || : >${holder} ;;
  status) if grep -x "$MHA_HELPER_HOST" ${holder}; then exit 0; elif [ $? = 1 ]; then exit 3; else exit 4; fi ;;
esac
`,
      });
      await cluster().writeFile('mgr', { path: holder, mode: '644', content: '' });
      const commands = {
        vip_type: 'command',
        writer_vip_cidr: null,
        vip_assign_command: script,
        vip_release_command: script,
        vip_status_command: script,
      };
      await cluster().configure({ helper: { default: commands } });
      const assigned = await helper('vip', 'assign', 'db10');
      assert.equal(assigned.code, 0, assigned.stderr);
      const shown = await helper('vip', 'show');
      assert.deepEqual([shown.code, shown.stderr], [0, '']);
      assert.match(shown.stdout, /^writer address \(by command\)\n {2}db10 {2}has it {2}takes writes/);
      await cluster().exec('mgr', ['rm', holder]);
      const lost = await helper('vip', 'show');
      assert.equal(lost.code, 6);
      assert.match(
        lost.stderr,
        patternOf(
          String.raw`^ATTENTION: vip_status_command could not find out about db10 \(exit 4\): grep: .*No such `,
          String.raw`file.*\n(?:.*\n){2}ATTENTION: it is not known where the `,
          String.raw`writer address \(by command\) is: no host `,
          String.raw`could be asked for it\n$`,
        ),
      );
      await refused(
        6,
        new RegExp(
          String.raw`^mha-helper: the writer address \(by command\) was not ` +
            String.raw`assigned to db10: vip_status_command could ` +
            String.raw`not find out about db10 \(exit 4\): .*$`,
          'm',
        ),
        'assign',
        'db10',
        '--force',
      );
    });

    test('a signal while the address is given: the step ends, then it is taken away again', async () => {
      await cluster().exec('db10', ['ip', 'addr', 'del', `${address}/24`, 'dev', 'eth10']);
      await cluster().exec('db10', [
        'sh',
        '-c',
        'mv /sbin/ip /sbin/ip.real; printf \'#!/bin/sh\\n[ "$2" != add ] || sleep 2\\nexec /sbin/ip.real ' +
          '"$@"\\n\' >/sbin/ip; chmod 755 /sbin/ip',
      ]);
      try {
        const running = cluster().spawn('mgr', ['mha-helper', 'vip', 'assign', 'db10', '-c', APPLICATION_FILE]);
        const begun =
          'tail -n 1 /var/lib/mha-helper/test_cluster.journal | grep -q assign-address:db10 && pgrep -f ' +
          '"^mha-helper vip"';
        let pid = '';
        await waitUntil(
          'the step to begin',
          20_000,
          async () => (pid = (await cluster().exec('mgr', ['sh', '-c', begun])).stdout.trim()) !== '',
        );
        await cluster().exec('mgr', ['kill', '-TERM', pid]);
        assert.equal(await running.ended, 8, running.output());
        assert.match(running.output(), /interrupted by SIGTERM; everything this run had changed was undone/);
      } finally {
        await cluster().exec('db10', ['mv', '/sbin/ip.real', '/sbin/ip']);
      }
      assert.deepEqual(await cluster().vipHolders(), []);
    });
  });

  describe('check', () => {
    // db12 may never be master, so what it lacks for the address is no error.
    const quick = (...words: readonly string[]): Promise<CommandOutcome> => helper('check', '--quick', ...words);
    beforeEach(async () => {
      await cluster().resetTopology();
    });

    test("a cluster that is well, with MHA's own check", async () => {
      const { code, stdout, stderr } = await helper('check');
      assert.deepEqual([code, stderr], [0, ''], stdout);
      for (const line of [
        /^mgr\n {2}OK {7}\/etc\/mha\/test_cluster\.conf: 3 servers$/m,
        /^ {2}OK {7}the mail server localhost:25 answers \(for db10, db11\)$/m,
        /^ {2}WARNING {2}masterha_manager does not run: /m,
        new RegExp(
          String.raw`^db10\n {2}OK {7}MariaDB \S+ at port 3306: mha_helper may set read_only and end ` +
            String.raw`sessions\n {2}OK {7}takes writes, is no replica\n {2}OK {7}SSH ` +
            String.raw`works, and what vip_type = metal ` +
            String.raw`needs is there, eth10 too\n {2}OK {7}MHA's node programs and the binary logs are within reach$`,
          'm',
        ),
        new RegExp(
          String.raw`^ {2}WARNING {2}the SSH user is not root and requires_sudo is no, so \/sbin\/ip will be refused ` +
            String.raw`\(no_master=1: only by hand\) -- `,
          'm',
        ),
        new RegExp(
          String.raw`^cluster\n {2}OK {7}db10 alone takes writes\n {2}OK {7}the ` +
            String.raw`writer address 192\.168\.10\.155 is on ` +
            String.raw`db10, the master\n {2}OK {7}masterha_check_repl passed$`,
          'm',
        ),
        /^READY \(5 warnings\)$/m,
      ])
        assert.match(stdout, line);
      assert.deepEqual(await cluster().mails(), []);
      assert.equal(
        (await cluster().exec('mgr', ['sh', '-c', 'cat /var/lib/mha-helper/*.journal 2>/dev/null'])).stdout,
        '',
      );
    });

    test("what is wrong on the hosts: all of it at once, and the first error's code", async () => {
      await cluster().sql('db11', 'STOP SLAVE SQL_THREAD', 'SET GLOBAL read_only=0');
      await cluster().exec('db10', ['ip', 'addr', 'del', `${address}/24`, 'dev', 'eth10']);
      await cluster().configure({
        helper: { db11: { cluster_interface: 'eth9' } },
        application: { binlog1: { hostname: 'db11' }, binlog2: { hostname: 'app' } },
      });
      await cluster().exec('db11', [
        'sh',
        '-c',
        'chmod 700 /var/log/mysql; mv /usr/bin/apply_diff_relay_logs /usr/bin/apply_diff_relay_logs.away; ' +
          'sed -i.whole /^read_only=/d /etc/mysql/lab.cnf; mkdir -p /etc/netplan; ' +
          `printf 'network:\\n  ethernets:\\n    eth1:\\n      addresses: [${address}/24]\\n' >/etc/netplan/1.yaml`,
      ]);
      await cluster().exec('db10', ['sh', '-c', 'mkdir -p /etc/netplan; umask 077; echo >/etc/netplan/secret.yaml']);
      // A replica that is in nobody's way otherwise: a backup, an event of its own, a few connections that are left.
      await cluster().sql(
        'db12',
        'SET sql_log_bin=0',
        `CREATE EVENT app.tick ON SCHEDULE EVERY 1 HOUR STARTS NOW() + INTERVAL 1 HOUR DO DO 1`,
        'SET GLOBAL event_scheduler=ON, GLOBAL max_connections=12, GLOBAL slave_net_timeout=3600',
      );
      const sessions =
        'for n in 1 2 3 4; do mariadb -e "SELECT SLEEP(20)" & done; ' +
        'exec mariadb -e "FLUSH TABLES WITH READ LOCK; SELECT SLEEP(30)"';
      const backup = cluster().spawn('db12', ['sh', '-c', sessions]);
      await waitUntil('the lock', 10_000, async () => {
        const lock = "SELECT 1 FROM information_schema.processlist WHERE info LIKE '%SLEEP(30)'";
        return (await cluster().sql('db12', lock)).length > 0;
      });
      await cluster().sql('db11', 'SET GLOBAL rpl_semi_sync_slave_enabled=1');
      await cluster().stopSshd('db12');
      const { code, stdout } = await quick();
      await cluster().startSshd('db12');
      backup.kill('SIGKILL');
      await cluster().sql('db11', 'SET GLOBAL rpl_semi_sync_slave_enabled=0');
      await cluster().sql(
        'db12',
        'SET GLOBAL event_scheduler=OFF, GLOBAL max_connections=100, GLOBAL slave_net_timeout=60',
        'SET sql_log_bin=0',
        'DROP EVENT app.tick',
      );
      await cluster().exec('db11', [
        'sh',
        '-c',
        'chmod 755 /var/log/mysql; mv /usr/bin/apply_diff_relay_logs.away /usr/bin/apply_diff_relay_logs; ' +
          'mv /etc/mysql/lab.cnf.whole /etc/mysql/lab.cnf; rm /etc/netplan/1.yaml',
      ]);
      await cluster().exec('db10', ['rm', '/etc/netplan/secret.yaml']);
      assert.equal(code, 4, stdout);
      for (const line of [
        new RegExp(
          String.raw`^ {2}WARNING {2}MHA's node programs are not here: .*\n {2}WARNING {2}the SSH user cannot read ` +
            String.raw`\/var\/log\/mysql: `,
          'm',
        ),
        /^binlog1 db11\n {2}ERROR {4}MHA's node programs are not here: .*\n {2}ERROR {4}the SSH user cannot read /m,
        /^binlog2 app\n {2}OK {7}/m,
        /^ {2}ERROR {4}takes writes, is a replica of db10, but replication does NOT run -- fix the replication/m,
        /^ {2}ERROR {4}there is no network interface 'eth9' .* -- set cluster_interface for db11 in /m,
        /^db12\n(?: {2}OK .*\n)* {2}ERROR {4}no SSH connection .*connection refused/m,
        /^ {2}ERROR {4}more than one server takes writes: db10, db11 -- /m,
        /^ {2}ERROR {4}it is read-only and runs events, which may write here alone: app\.tick -- /m,
        /^ {2}WARNING {2}a session holds its global read lock .*: it applies nothing/m,
        /^ {2}WARNING {2}\d+ of 12 connections are taken: /m,
        /^ {2}WARNING {2}it notices only after 3600 s that its source is cut off/m,
        /^ {2}WARNING {2}db11 acknowledges \(semi-synchronous replication\), but /m,
        /^ {2}OK {7}comes up read-only after a restart: \/etc\/mysql\/lab\.cnf:\d+$/m,
        /no option file of it sets read_only: .* -- add read_only=1 to \[mysqld\] in \S+lab\.cnf, below line 1$/m,
        /\/etc\/netplan\/1\.yaml:4 gives this host the writer address 192\.168\.10\.155 when it starts, /m,
        /not known whether the host takes the writer address .* may not read \/etc\/netplan\/secret\.yaml /m,
        /^NOT READY: \d+ errors, /m,
      ])
        assert.match(stdout, line);
    });

    test('a master that has restarted, closed by its configuration: how it is opened', async () => {
      await cluster().sql('db10', 'SET GLOBAL read_only=1');
      const line = patternOf(
        String.raw`db10, which the others replicate from, is read-only: .*if it is to take writes: `,
        String.raw`mysql -h db10 -P 3306 -e "SET GLOBAL read_only=0"$`,
      );
      const [{ lines }] = JSON.parse((await quick('--json')).stdout) as [
        { lines: { where: string; text: string; hint?: string }[] },
      ];
      const told = lines.filter(({ where }) => where === 'cluster').map(({ text, hint }) => `${text} -- ${hint ?? ''}`);
      assert.ok(
        told.some((one) => line.test(one)),
        told.join('\n'),
      );
      const [{ attention }] = JSON.parse((await helper('status', '--json')).stdout) as [{ attention: string[] }];
      assert.match(attention[0] ?? '', line);
    });

    test('what is wrong here: exit codes, and the same as JSON', async () => {
      await cluster().sql(
        'db10',
        "CREATE USER small@'%' IDENTIFIED BY 'small'",
        "GRANT PROCESS, REPLICATION CLIENT, REPLICATION SLAVE, BINLOG MONITOR, SLAVE MONITOR ON *.* TO small@'%'",
      );
      await cluster().configure({
        helper: { default: { smtp_host: '127.0.0.1:9' } },
        application: {
          'server default': {
            user: 'small',
            password: 'small',
            report_script: '/usr/bin/no_such_report',
            master_ip_online_change_script: null,
          },
        },
      });
      const { code, stdout } = await quick('--json');
      const [{ conf, exitCode, lines }] = JSON.parse(stdout) as [
        { conf: string; exitCode: number; lines: { where: string; severity: string; text: string; kind?: string }[] },
      ];
      const errors = lines.filter(({ severity }) => severity === 'error');
      assert.deepEqual([conf, exitCode, code], [APPLICATION_FILE, 3, 3]);
      assert.deepEqual(
        errors.slice(0, 3).map(({ where, kind }) => `${where} ${kind ?? ''}`),
        ['mgr config', 'mgr environment', 'db10 mysql'],
      );
      assert.match(errors[1]?.text ?? '', /names \/usr\/bin\/no_such_report, which is not here/);
      assert.match(
        errors[2]?.text ?? '',
        patternOf(
          String.raw`small may not set read_only, nor execute what is left in a dead master's binary log, nor end `,
          String.raw`sessions of others`,
        ),
      );
      assert.ok(
        lines.some(
          ({ severity, text }) =>
            severity === 'warning' && /^mail server 127\.0\.0\.1:9 takes no mail from here: .*ECONNREFUSED/.test(text),
        ),
        stdout,
      );
      await cluster().exec('mgr', ['sed', '-i', '/^\\[db11\\]/d', HELPER_FILE]);
      const unknown = await quick();
      assert.equal(unknown.code, 3);
      assert.match(unknown.stdout, /^ {2}ERROR {4}no section \[db11\] in \/etc\/mha-helper/m);
      assert.equal((await cluster().exec('mgr', ['mha-helper', 'check', '-c', '/nowhere'])).code, 3);
      await cluster().sql('db10', 'DROP USER small');
    });
  });
});
