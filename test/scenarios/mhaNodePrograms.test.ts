// MHA's programs on the database hosts and what they make of accounts, settings and replicas that are not the usual
// ones.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { ADMIN_ACCOUNT, REPLICATION_ACCOUNT, HOSTS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { databaseServer } from '../lab/servers.ts';
import { assertWhole, clusterLab, managerLog, masterFailover, masterha } from './cluster.ts';
import { patternOf } from '../patternOf.ts';
import { testThoroughly } from '../thorough.ts';

describe("MHA's programs on the database hosts", { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    lab = await clusterLab();
  });
  beforeEach(() => lab.resetTopology());
  after(() => lab.stop());

  test('a user with characters of a shell, a replication account of two hosts, statements without a key', async () => {
    const user = "m h'a$(id)";
    await lab.sql(
      'db10',
      `CREATE USER 'm h''a$(id)'@'%' IDENTIFIED BY '${ADMIN_ACCOUNT.password}'`,
      `GRANT ALL PRIVILEGES ON *.* TO 'm h''a$(id)'@'%' WITH GRANT OPTION`,
    );
    // The row that comes first has no right to replicate.
    await lab.sql(
      'db10',
      "RENAME USER 'replicator'@'%' TO 'replicator'@'localhost'",
      "REVOKE REPLICATION SLAVE ON *.* FROM 'replicator'@'localhost'",
      `CREATE USER 'replicator'@'%' IDENTIFIED BY '${REPLICATION_ACCOUNT.password}'`,
      "GRANT REPLICATION SLAVE ON *.* TO 'replicator'@'%'",
    );
    for (const host of ['db10', 'db11', 'db12'] as const) await lab.sql(host, 'SET GLOBAL sql_safe_updates=1');
    assert.deepEqual(
      (await lab.sql('db11', "SELECT Repl_slave_priv AS p FROM mysql.user WHERE user = 'replicator'")).map(
        ({ p }) => p,
      ),
      ['N', 'Y'],
    );
    await lab.configure({ application: { 'server default': { user } } });
    const checked = await masterha(lab, 'masterha_check_repl', [`--conf=${APPLICATION_FILE}`]);
    assert.equal(checked.code, 0, checked.stdout);
  });

  test('purge_relay_logs, as cron calls it', async () => {
    const files = async (): Promise<string[]> =>
      (await lab.exec('db11', ['sh', '-c', 'ls /var/lib/mysql/relay-bin.0*'])).stdout.trim().split('\n');
    await lab.sql('db11', 'FLUSH RELAY LOGS');
    await lab.sql('db10', 'INSERT INTO app.writes VALUES (-1, 10)');
    await waitUntil('the row', 10_000, async () => (await lab.sql('db11', 'SELECT id FROM app.writes')).length > 0);
    const [first = ''] = await files();
    const purge = (env: Readonly<Record<string, string>>): ReturnType<Lab['exec']> =>
      lab.exec('db11', ['purge_relay_logs', `--user=${ADMIN_ACCOUNT.user}`, `--password=${ADMIN_ACCOUNT.password}`], {
        env,
        timeoutMs: 60_000,
      });
    assert.notEqual((await purge({})).code, 0);
    assert.ok((await files()).includes(first));
    const purged = await purge(MHA_ENVIRONMENT);
    assert.equal(purged.code, 0, purged.stdout + purged.stderr);
    assert.ok(!(await files()).includes(first));
    assert.equal((await lab.sql('db11', 'SELECT @@global.relay_log_purge AS value'))[0]?.['value'], 0);
  });

  testThoroughly(
    'a replica whose IO thread is broken: the log names its error, and a failover takes it along',
    async () => {
      await lab.sql('db12', 'STOP SLAVE IO_THREAD');
      await lab.sql(
        'db10',
        ...['INSERT INTO app.writes VALUES (-1, 10)', 'FLUSH BINARY LOGS', 'FLUSH BINARY LOGS'],
        ...['INSERT INTO app.writes VALUES (-2, 10)'],
      );
      await waitUntil(
        'the rows',
        10_000,
        async () => (await lab.sql('db11', 'SELECT id FROM app.writes')).length === 2,
      );
      await lab.sql('db10', "PURGE BINARY LOGS TO 'mysql-bin.000003'");
      await lab.sql('db12', 'START SLAVE');
      await waitUntil(
        'the error',
        10_000,
        async () => Number((await lab.sql('db12', 'SHOW SLAVE STATUS'))[0]?.['Last_IO_Errno']) === 1236,
      );
      const named = /db12.*: the IO thread has stopped with error 1236: Got fatal error 1236 /;
      const checked = await masterha(lab, 'masterha_check_repl', [`--conf=${APPLICATION_FILE}`]);
      assert.notEqual(checked.code, 0);
      assert.match(checked.stdout, named);
      await lab.killMysqld('db10');
      const failover = await masterFailover(lab);
      assert.equal(failover.code, 0, failover.stdout);
      const log = await managerLog(lab);
      assert.match(log, named);
      assert.doesNotMatch(log, /has stopped with error 2\d\d\d:/);
      await assertWhole(lab, 'db11');
      assert.deepEqual(await lab.sql('db12', 'SELECT id FROM app.writes ORDER BY id'), [{ id: -2 }, { id: -1 }]);
    },
  );

  testThoroughly('no room on the dead host for what no replica has received: it is read from the manager', async () => {
    const directory = '/var/log/mha/test_cluster';
    await lab.exec('db10', ['sh', '-c', `mount -t tmpfs -o size=4k full ${directory} && chmod 777 ${directory}`]);
    try {
      const row = (id: number): string => `INSERT INTO app.writes VALUES (${id}, 10)`;
      // The position lies behind what is taken for the head of a file.
      const many = Array.from({ length: 9000 }, (_, index) => `(${index + 1}, 10)`).join();
      await lab.sql('db10', `INSERT INTO app.writes VALUES ${many}`);
      await waitUntil(
        'the rows',
        10_000,
        async () => (await lab.sql('db12', 'SELECT id FROM app.writes')).length > 8999,
      );
      for (const host of ['db11', 'db12'] as const) await lab.sql(host, 'STOP SLAVE IO_THREAD');
      // More than the 4 kB that are free there.
      const more = Array.from({ length: 2000 }, (_, index) => `(${index + 10_001}, 10)`).join();
      const rotate = 'FLUSH BINARY LOGS';
      await lab.sql('db10', row(-1), rotate, `INSERT INTO app.writes VALUES ${more}`, row(-2), rotate, row(-3));
      await lab.killMysqld('db10');
      const failover = await masterFailover(lab);
      const log = await managerLog(lab);
      assert.equal(failover.code, 0, failover.stdout + log);
      assert.match(log, /db10.* from mysql-bin\.000001:\d+ on has failed there \(exit 1\): it is read from here\n/);
      assert.match(log, /mha-helper compat: \d+ bytes of the binary log on db10/);
      for (const host of ['db11', 'db12'] as const) {
        const rows = await lab.sql(host, 'SELECT id FROM app.writes WHERE id < 0 ORDER BY id');
        assert.deepEqual(
          rows.map(({ id }) => id),
          [-3, -2, -1],
          host,
        );
      }
      await assertWhole(lab, 'db11');
    } finally {
      await lab.exec('db10', ['umount', '-l', directory]);
    }
  });

  test('a hook says how it ends, and its process is not waited for; one that says nothing is', async () => {
    const lines = [
      'echo "ended 7" >&3; sleep 5',
      'printf "ended %s\\n" 10 >&3; exit 3',
      'exit 3',
      'kill -9 $$',
      // A program that it has started has the descriptor still.
      'sleep 5 & exit 4',
      'exec 3>&-; sleep 0.3; exit 5',
      'echo nonsense >&3; exit 6',
    ];
    const script = `my @ended = map { MhaHelper::Compat::Ended::run($_) } @ARGV;
      printf "%s in time: %d\n", "@ended", Time::HiRes::time() - $^T < 4;`;
    const { stdout, stderr } = await lab.exec(
      'mgr',
      ['perl', '-MMHA::MasterRotate', '-MMhaHelper::Compat::Ended', '-MTime::HiRes', '-e', script, ...lines],
      { env: MHA_ENVIRONMENT },
    );
    const statuses = [7, 10, 3].map((code) => code * 256);
    assert.equal(stdout, `${[...statuses, 9, ...[4, 5, 6].map((code) => code * 256)].join(' ')} in time: 1\n`, stderr);
  });

  testThoroughly('a client that has not begun, and does nothing, is started once more', async () => {
    await lab.writeFile('mgr', {
      path: '/tmp/idle/mysql',
      mode: '755',
      content:
        '#!/bin/sh\ncase $* in *--version*) exec mariadb --version;; esac\n' +
        'test -e /tmp/idle/once && exec mariadb "$@"; touch /tmp/idle/once; exec sleep 100\n',
    });
    await lab.writeFile('mgr', { path: '/tmp/idle/writes', content: 'INSERT INTO app.writes VALUES (-1, 10);\n' });
    await lab.sql('db10', 'SET GLOBAL max_allowed_packet=16777216');
    const script = `my $log = bless {}, "Log"; package Log; our $AUTOLOAD;
      sub AUTOLOAD { print "$_[1]\\n" unless $AUTOLOAD =~ /DESTROY/ } package main;
      my $db = MHA::DBHelper->new();
      $db->connect("${HOSTS.db10.ipv4}", 3306, "${ADMIN_ACCOUNT.user}", "${ADMIN_ACCOUNT.password}") or die;
      my $new = bless { hostname => "db10", ip => "${HOSTS.db10.ipv4}", port => 3306, user => "${ADMIN_ACCOUNT.user}",
        password => "${ADMIN_ACCOUNT.password}", dbh => $db->{dbh}, dbhelper => $db }, "MHA::Server";
      MhaHelper::Compat::Execute::on($new, { file => "/tmp/idle/writes", count => 1 }, $log,
        sub { ($db->{dbh}->selectrow_array('SELECT @@global.gtid_binlog_pos'))[0] });`;
    const executed = await lab.exec('mgr', ['perl', '-MMHA::MasterFailover', '-e', script], {
      env: { ...MHA_ENVIRONMENT, MHA_HELPER_STALL_SECONDS: '3', PATH: '/tmp/idle:/usr/sbin:/usr/bin:/sbin:/bin' },
      timeoutMs: 60_000,
    });
    assert.match(
      executed.stdout,
      patternOf(
        /nothing was executed for 3 seconds \(the client waits: it has read up to byte 0 and is in \S+; /,
        /on the server .*\); the client has been ended, .*\n.*: executed\n$/,
      ),
      executed.stderr,
    );
    assert.deepEqual(await lab.sql('db10', 'SELECT id FROM app.writes'), [{ id: -1 }]);
  });
});

testThoroughly(
  'MySQL by GTID: a client that stalls half-way is started once more, and nothing is missing',
  async () => {
    const lab = await clusterLab({ server: databaseServer('mysql-9.7', { gtid: true }) });
    try {
      await lab.writeFile('mgr', {
        path: '/usr/local/bin/mysql',
        mode: '755',
        content:
          '#!/bin/sh\ncase $* in *--version*) exec /usr/bin/mysql --version;; esac\n' +
          'test -e /tmp/once && exec /usr/bin/mysql "$@"\n' +
          'touch /tmp/once; head -c 30000 | /usr/bin/mysql "$@"; exec sleep 100\n',
      });
      for (const host of ['db11', 'db12'] as const) await lab.sql(host, lab.server.stopReceiving);
      for (let id = 1; id <= 301; id += 1) await lab.sql('db10', `INSERT INTO app.writes VALUES (${id}, 10)`);
      await lab.killMysqld('db10');
      const failover = await masterFailover(lab, { MHA_HELPER_STALL_SECONDS: '3' });
      const log = failover.stdout + (await managerLog(lab));
      assert.equal(failover.code, 0, log);
      assert.match(log, /nothing was executed for 3 seconds .*; the client has been ended, and another is started\n/);
      for (const host of ['db11', 'db12'] as const) {
        await waitUntil(`all rows on ${host}`, 10_000, async () => {
          const [row] = await lab.sql(host, 'SELECT COUNT(*) AS n FROM app.writes');
          return Number(row?.['n']) === 301;
        });
      }
    } finally {
      await lab.stop();
    }
  },
);
