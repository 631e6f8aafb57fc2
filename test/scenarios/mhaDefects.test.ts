// Defects of MHA 0.58 that touch safety: what its own functions do on real servers, without the layer and with it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { ADMIN_ACCOUNT, HOSTS, SSH_PORT, SSH_USER, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { clusterLab } from './cluster.ts';
import { mhaPerl } from './mhaPerl.ts';
import { patternOf } from '../patternOf.ts';

const NOT_ENDED = 124;

describe('defects of MHA', { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    lab = await clusterLab();
  });
  after(() => lab.stop());

  const without = (host: DatabaseName, perl: string): Promise<CommandOutcome> => mhaPerl(lab, host, perl, {});
  const withLayer = (host: DatabaseName, perl: string): Promise<CommandOutcome> =>
    mhaPerl(lab, host, perl, { ...MHA_ENVIRONMENT, MHA_HELPER_STALL_SECONDS: '2' });

  test('FLUSH TABLES WITH READ LOCK is said to be done, and users with SUPER go on writing', async () => {
    const script = (id: number): string => `print "said:", $db->flush_tables_with_read_lock(), " ";
      my $other = DBI->connect("DBI:mysql:;host=${HOSTS.db10.ipv4}", "${ADMIN_ACCOUNT.user}",
      "${ADMIN_ACCOUNT.password}", { PrintError => 0 });
      $other->do("SET SESSION lock_wait_timeout=1");
      print $other->do("INSERT INTO app.writes VALUES (${id}, 10)") ? "written" : "refused " . $other->err;`;
    assert.equal((await without('db10', script(-1))).stdout, 'said:0 written');
    assert.equal((await withLayer('db10', script(-2))).stdout, 'said:0 refused 1205');
    await lab.sql('db10', 'SET GLOBAL read_only=0');
  });

  test('a replica whose thread stops with an error at once, with GTID: ten minutes', async () => {
    // 1236: the binary log is not there.
    const script = `use MHA::Server; use Log::Dispatch; $db->stop_slave();
      $db->execute("CHANGE MASTER TO MASTER_LOG_FILE='mysql-bin.000099', MASTER_LOG_POS=4, MASTER_USE_GTID=no");
      my $log = Log::Dispatch->new(outputs => [[ "Screen", min_level => "info", stderr => 0 ]]);
      my $server = bless { hostname => "db12", ip => "${HOSTS.db12.ipv4}", port => 3306, has_gtid => 1, logger => $log,
        dbhelper => $db, dbh => $db->{dbh} }, "MHA::Server";
      $db->start_slave(); sleep 1; print "starts: ", $server->wait_until_slave_starts("ALL", $log);`;
    const [plain, fixed] = [await without('db12', script), await withLayer('db12', script)];
    // Ended by the limit of this test.
    assert.deepEqual([plain.code, plain.stdout.includes('starts:')], [124, false]);
    assert.match(fixed.stdout, /db12.*: the IO thread has stopped with error 1236: .*starts: 1$/s);
    await lab.resetTopology();
  });

  test('the replication password with a quote in it', async () => {
    const password = `it's a \\ and "q"`;
    await lab.sql(
      'db10',
      "CREATE USER quoted@'%' IDENTIFIED BY 'it''s a \\\\ and \"q\"'",
      "GRANT REPLICATION SLAVE ON *.* TO quoted@'%'",
    );
    const [position] = await lab.sql('db10', 'SHOW MASTER STATUS');
    const script =
      `$db->stop_slave(); print $db->change_master("${HOSTS.db10.ipv4}", 3306, ` +
      `"${String(position?.['File'])}", ${String(position?.['Position'])}, "quoted", ${perlText(password)}); ` +
      '$db->start_slave();';
    assert.match((await without('db12', script)).stdout, /^You have an error in your SQL syntax/);
    assert.equal((await withLayer('db12', script)).stdout, '0');
    await waitUntil(
      'replication with that password',
      10_000,
      async () => (await lab.sql('db12', 'SHOW SLAVE STATUS'))[0]?.['Slave_IO_Running'] === 'Yes',
    );
    assert.equal((await lab.sql('db12', 'SHOW SLAVE STATUS'))[0]?.['Master_User'], 'quoted');
  });

  test('a CHANGE MASTER that fails does not end in a start of the replica', async () => {
    const script =
      'eval { print $db->change_master("db11", 3306, "mysql-bin.000001", 4, "replicator", "secret"); print " ' +
      'the failover goes on" }; print $@;';
    assert.match((await without('db12', script)).stdout, /^This operation cannot be performed.* the failover goes on$/);
    const stopped = (await withLayer('db12', script)).stdout;
    assert.match(
      stopped,
      /^CHANGE MASTER TO has failed: 1198 This operation cannot be performed.*; the replica is not started\n$/,
    );
    const refused = await withLayer(
      'db12',
      `eval { MhaHelper::Compat::Source::must($db, "CHANGE MASTER TO", "CHANGE MASTER TO nonsense 'secret'") ` +
        '}; print $@;',
    );
    assert.equal(refused.stdout, 'CHANGE MASTER TO has failed: 1064 (syntax error); the replica is not started\n');
  });

  test('a statement of a user with SUPER runs on behind the lock that is not to be had', async () => {
    const held = lab.spawn('db10', ['mariadb', '-e', 'INSERT INTO app.writes SELECT -4, 10 + SLEEP(100)']);
    await waitUntil('the statement', 10_000, async () =>
      (await lab.sql('db10', 'SHOW PROCESSLIST')).some(({ Info }) => /^INSERT.*SLEEP/.test(String(Info))),
    );
    const lock =
      '$MhaHelper::Compat::Lock::SECONDS = 1; eval { print "said:", $db->flush_tables_with_read_lock() }; print $@;';
    const locked = await withLayer('db10', lock);
    assert.match(
      locked.stdout,
      patternOf(
        String.raw`^FLUSH TABLES WITH READ LOCK on the original master has failed: 1205 .*may yet write: end it, then `,
        String.raw`start the switch again\n$`,
      ),
    );
    held.kill('SIGKILL');
    const [running] = (await lab.sql('db10', 'SHOW PROCESSLIST')).filter(({ Info }) =>
      /^INSERT.*SLEEP/.test(String(Info)),
    );
    if (running !== undefined) await lab.sql('db10', `KILL ${String(running['Id'])}`);
    await lab.sql('db10', 'SET GLOBAL read_only=0');
  });

  test('MariaDB with GTID deletes relay logs that are not applied', async () => {
    await lab.resetTopology();
    await lab.sql('db12', 'STOP SLAVE', 'SET GLOBAL gtid_slave_pos=""');
    const [{ Position: at = '' } = {}] = await lab.sql('db10', 'SELECT @@global.gtid_current_pos AS Position');
    await lab.sql(
      'db12',
      `SET GLOBAL gtid_slave_pos='${String(at)}'`,
      'CHANGE MASTER TO MASTER_USE_GTID=slave_pos',
      'START SLAVE IO_THREAD',
    );
    await lab.sql('db10', 'INSERT INTO app.writes VALUES (-6, 10)');
    const [{ Position: written = '' } = {}] = await lab.sql('db10', 'SELECT @@global.gtid_current_pos AS Position');
    await waitUntil(
      'the row to be received',
      10_000,
      async () => (await lab.sql('db12', 'SHOW SLAVE STATUS'))[0]?.['Gtid_IO_Pos'] === written,
    );
    await lab.sql('db12', 'STOP SLAVE');
    const blind =
      '{ no warnings; *MHA::DBHelper::read_all_relay_log = sub { ($_[0]->check_slave_status(), Status => 0) }; }';
    const wait = await withLayer(
      'db12',
      `${blind} my %s = $db->wait_until_relay_log_applied(MHA::ManagerUtil::init_log(), 4); print ` +
        '"$s{Status} $s{Errstr}";',
    );
    assert.match(wait.stdout, /^1 the SQL thread has stopped/);
    const start = 'eval { $db->start_sql_thread() }; print $@;';
    const refused = await withLayer('db12', start);
    assert.match(
      refused.stdout,
      /would delete relay logs that are not applied: received up to \d+-\d+-\d+ .*, applied up to nothing /,
    );
    assert.equal((await without('db12', start)).stdout, '');
    await waitUntil('the SQL thread', 10_000, async () =>
      (await lab.sql('db12', 'SHOW PROCESSLIST')).some(({ State }) => /has read all relay log/.test(String(State))),
    );
    assert.deepEqual(await lab.sql('db12', 'SELECT id FROM app.writes WHERE id = -6'), []);
  });

  test('GTIDs that prove that all was applied; an answer that could not be read proves nothing', async () => {
    const cases =
      '["0-1-5","0-1-5"], ["0-1-4","0-1-5"], ["0-2-9,1-1-3","1-1-3,0-1-9"], ["0-1-9","1-1-1"], ["",""], ' +
      '[undef,"0-1-1"], ["",  "0-1-1"], ["0-1-10","0-1-9"]';
    const script = `print join "", map { MhaHelper::Compat::Applied::reached(@$_) } ${cases};
      my $answer = MhaHelper::Compat::Answer::binary_log(bless({}, "Fails"), bless({ mariadb => 1 },
      "MhaHelper::Compat::ServerKind"), { File => "f" });
      print defined $answer->{Executed_Gtid_Set} ? " set" : " undef"; package Fails; sub selectrow_array { return }`;
    assert.equal((await withLayer('db10', script)).stdout, '10101001 undef');
  });

  test('the secondary check gets the values as they are, and the log no password', async () => {
    const script = `my $log = bless {}, "Log"; package Log; our $AUTOLOAD;
    sub AUTOLOAD { print "log: $_[1]\\n" unless $AUTOLOAD =~ /DESTROY/ } package main; $| = 1;
      exit MHA::HealthCheck->new(logger => $log, secondary_check_script => "printf '%s\\n'", ssh_user => "mha",
      hostname => "db10", ip => "::1", port => 3306, user => "u v",
        password => "a'b \\$(id) c", ping_type => "SELECT")->secondary_check()`;
    const checked = await lab.exec('mgr', ['perl', '-MMHA::HealthCheck', '-MMHA::ManagerUtil', '-e', script], {
      env: MHA_ENVIRONMENT,
    });
    assert.equal(checked.code, 0, checked.stderr);
    assert.match(checked.stdout, /^--master_user=u v\n--master_password=a'b \$\(id\) c\n/m);
    assert.match(checked.stdout, /log: [^]* --master_password=xxx --ping_type='SELECT'\n/);
    assert.equal(checked.stdout.split('id) c').length, 2, 'the password is only there where the script says it');
  });

  test('a mysqlbinlog that breaks off, piped into mysql', async () => {
    const script =
      'my ($binlog, $mysql) = map { MHA::NodeUtil::client_cli_prefix($_) } qw(mysqlbinlog mysql); ' +
      'exit(system("$binlog $ARGV[0] | $mysql >/dev/null 2>&1") >> 8)';
    const applied = (env: Readonly<Record<string, string>>, file = '/nowhere'): Promise<CommandOutcome> =>
      lab.exec('db12', ['perl', '-MMHA::NodeUtil', '-MMHA::BinlogManager', '-e', script, file], { env });
    assert.equal((await applied({})).code, 0);
    assert.equal((await applied(MHA_ENVIRONMENT)).code, 1);
    // The last event is cut off as a crash leaves it: all that can be read is applied.
    await lab.exec('db12', ['sh', '-c', 'cp /var/log/mysql/mysql-bin.000001 /tmp/cut && truncate -s -5 /tmp/cut']);
    const torn = await applied(MHA_ENVIRONMENT, '/tmp/cut');
    assert.equal(torn.code, 0);
    assert.match(torn.stderr, /truncated/);
  });

  test('the wait for a replica that applies nothing any more', async () => {
    await lab.resetTopology();
    const held = lab.spawn('db12', ['mariadb', '-e', 'FLUSH TABLES WITH READ LOCK; SELECT SLEEP(100)']);
    await waitUntil('the lock', 10_000, async () =>
      (await lab.sql('db12', 'SHOW PROCESSLIST')).some(({ Info }) => /SLEEP/.test(String(Info))),
    );
    await lab.sql('db10', 'INSERT INTO app.writes VALUES (-3, 10)');
    await waitUntil('the SQL thread to wait', 10_000, async () =>
      (await lab.sql('db12', 'SHOW PROCESSLIST')).some(({ State }) => /^Waiting for .*lock/.test(String(State))),
    );
    const [before] = await lab.sql('db10', 'SHOW MASTER STATUS');
    await lab.sql('db12', 'STOP SLAVE IO_THREAD');
    const relayLogs =
      'my %s = $db->wait_until_relay_log_applied(MHA::ManagerUtil::init_log(), 0); print "$s{Status} $s{Errstr}";';
    const position =
      `my $log = MHA::ManagerUtil::init_log(); print $db->master_pos_wait("${String(before?.['File'])}", ` +
      `${String(before?.['Position'])});`;
    const [never, ended, neverAt, endedAt] = await Promise.all([
      without('db12', relayLogs),
      withLayer('db12', relayLogs),
      without('db12', position),
      withLayer('db12', position),
    ]);
    assert.equal(never.code, NOT_ENDED);
    assert.match(
      ended.stdout,
      /^1 the replica has applied nothing for 2 seconds \(mysql-bin\.000001 .*; its threads: Waiting for .*lock/,
    );
    assert.equal(neverAt.code, NOT_ENDED);
    assert.match(endedAt.stdout + endedAt.stderr, /-1/);
    assert.match(endedAt.stdout + endedAt.stderr, /mha-helper compat: the replica has applied nothing for 2 seconds/);
    held.kill('SIGTERM');
  });

  test(
    'what a dead master has and no replica has received: fetched from its host, executed, and kept in the ' +
      'position of the one that takes over',
    async () => {
      await lab.resetTopology();
      await lab.sql('db11', 'STOP SLAVE', 'SET GLOBAL gtid_slave_pos=""');
      const [{ Position: at = '' } = {}] = await lab.sql('db10', 'SELECT @@global.gtid_current_pos AS Position');
      await lab.sql('db11', `SET GLOBAL gtid_slave_pos='${String(at)}'`, 'CHANGE MASTER TO MASTER_USE_GTID=slave_pos');
      await lab.sql(
        'db10',
        'FLUSH BINARY LOGS',
        'INSERT INTO app.writes VALUES (-11, 10)',
        'INSERT INTO app.writes VALUES (-12, 10)',
        'INSERT INTO app.writes VALUES (-13, 10), ' +
          Array.from({ length: 500 }, (_, index) => `(${-2000 - index}, 10)`).join(),
      );
      const [{ Position: written = '' } = {}] = await lab.sql('db10', 'SELECT @@global.gtid_current_pos AS Position');
      await lab.killMysqld('db10');
      const rescue = (user: string, source = {}, reachable = 1): Promise<CommandOutcome> => {
        const dead = {
          hostname: 'db10',
          ip: HOSTS.db10.ipv4,
          port: 3306,
          id: 'server1',
          ssh_host: 'db10',
          ssh_ip: HOSTS.db10.ipv4,
          ssh_port: SSH_PORT,
          ssh_user: SSH_USER,
          master_binlog_dir: '/nowhere,/var/log/mysql',
          ...source,
        };
        return lab.exec(
          'mgr',
          [
            'timeout',
            '20',
            'perl',
            '-MJSON::PP',
            '-MMHA::MasterFailover',
            '-e',
            `my $log = bless {}, "Log"; package Log; our $AUTOLOAD;
            sub AUTOLOAD { print "$_[1]\n" unless $AUTOLOAD =~ /DESTROY/ } package main;
        my $db = MHA::DBHelper->new();
        $db->connect("${HOSTS.db11.ipv4}", 3306, "${user}", "${ADMIN_ACCOUNT.password}") or die "no connection";
        my %new = (hostname => "db11", ip => "${HOSTS.db11.ipv4}", port => 3306, user => "${user}",
        password => "${ADMIN_ACCOUNT.password}", manager_workdir => "/tmp", logger => $log, dbhelper => $db,
        dbh => $db->{dbh});
        ($MhaHelper::Compat::LastWrites::dead, $MhaHelper::Compat::LastWrites::new) = (decode_json($ARGV[0]),
        bless \\%new, "MHA::Server");
        MHA::Server::get_ssh_args_if($MhaHelper::Compat::LastWrites::dead, 1, "orig", ${reachable});
        print "saved:", eval { MHA::MasterFailover::save_from_binlog_server("mysql-bin.000001", 4, []) } // $@, "\n";
        { no warnings; $MhaHelper::Compat::Source::demoted = 1;
        } MhaHelper::Compat::Source::begin_where_it_wrote($db) if $ARGV[1];`,
            JSON.stringify(dead),
            ...(reachable === 1 && Object.keys(source).length === 0 ? ['1'] : []),
          ],
          { env: MHA_ENVIRONMENT },
        );
      };
      const rows = async (): Promise<unknown[]> =>
        (await lab.sql('db11', 'SELECT id FROM app.writes WHERE id BETWEEN -13 AND -11')).map(({ id }) => id);
      const position = async (): Promise<unknown> =>
        (await lab.sql('db11', 'SELECT @@global.gtid_slave_pos AS Position'))[0]?.['Position'];
      assert.match(
        (await rescue(ADMIN_ACCOUNT.user, {}, 0)).stdout,
        patternOf(
          String.raw`^mha-helper compat: the binary log of the dead master was `,
          String.raw`not read, because MHA has not reached .* `,
          String.raw`missing on the new master.*\nsaved:0\n$`,
        ),
      );
      assert.match(
        (await rescue(ADMIN_ACCOUNT.user, { master_binlog_dir: '/nowhere' })).stdout,
        patternOf(
          String.raw`binary log on db10:3306 from mysql-bin\.000001 on: it has failed there \(exit 1\): there is no `,
          String.raw`mysql-bin\.000001 that can be read in '\/nowhere': see `,
          String.raw`master_binlog_dir.*\n.* missing on the new `,
          String.raw`master.*\nsaved:0\n$`,
        ),
      );
      assert.match(
        (await rescue(ADMIN_ACCOUNT.user, { ssh_port: 1 })).stdout,
        /ssh has failed: .*refused.*\n.* missing on the new master.*\nsaved:0\n$/,
      );

      // What is not allowed is kept, and the failover goes on.
      await lab.sql(
        'db11',
        'SET sql_log_bin=0',
        `CREATE USER weak@'%' IDENTIFIED BY '${ADMIN_ACCOUNT.password}'`,
        "GRANT REPLICATION CLIENT, REPLICATION SLAVE ADMIN, SLAVE MONITOR ON *.* TO weak@'%'",
      );
      const kept = 'They are LOST there; they are kept in \\/tmp\\/saved_binlog_db10_server1_\\d+\\.sql\\nsaved:0\\n';
      assert.match(
        (await rescue('weak')).stdout,
        new RegExp(`3 transactions .*\\n.*db11.*: the user weak may not execute them \\(ERROR 1227 .*\\)\\. ${kept}`),
      );
      await lab.sql('db11', "SET GLOBAL replicate_ignore_db='other'");
      assert.match(
        (await rescue(ADMIN_ACCOUNT.user)).stdout,
        new RegExp(
          `: replication is filtered there \\(Replicate_Ignore_DB\\), and a client would not obey that\\. ${kept}`,
        ),
      );
      await lab.sql('db11', "SET GLOBAL replicate_ignore_db=''");
      assert.deepEqual([await rows(), await position()], [[], at]);

      // A login script that talks, and a server that takes only small statements.
      await lab.exec('db10', ['sh', '-c', `echo 'echo Welcome' >~${SSH_USER}/.bashrc; chmod 644 ~${SSH_USER}/.bashrc`]);
      await lab.sql('db11', 'SET GLOBAL max_allowed_packet=4096');
      assert.match(
        (await rescue(ADMIN_ACCOUNT.user)).stdout,
        patternOf(
          String.raw`3 transactions in the binary log on db10:3306 that no replica has received: .*\n.*db11.*: `,
          String.raw`executed\nsaved:0\n$`,
        ),
      );
      assert.deepEqual([await rows(), await position()], [[-13, -12, -11], written]);
      assert.deepEqual(
        await lab.sql(
          'db11',
          'SELECT @@global.max_allowed_packet AS size, COUNT(*) AS count FROM app.writes WHERE id < -1000',
        ),
        [{ size: 4096, count: 500 }],
      );
      assert.match(
        (await rescue(ADMIN_ACCOUNT.user)).stdout,
        /: 0 transactions in the binary log on db10:3306 that no replica has received\nsaved:0\n$/,
      );

      // What fails on the way ends the failover; what was executed until then is not executed again, by the next
      // attempt or as a replica.
      await lab.sql(
        'db11',
        'RESET MASTER',
        'SET sql_log_bin=0',
        `SET GLOBAL gtid_slave_pos='${String(at)}'`,
        'DELETE FROM app.writes WHERE id < -12',
      );
      await lab.sql('db11', 'SET sql_log_bin=0', 'DELETE FROM app.writes WHERE id = -11');
      assert.match(
        (await rescue(ADMIN_ACCOUNT.user)).stdout,
        patternOf(
          String.raw`\nsaved:mha-helper compat: db11.*: the transactions in `,
          String.raw`\/tmp\/.* could not be executed: ERROR 1062 `,
          String.raw`.*Duplicate entry '-12' .* give up what is left of them with --skip_save_master_binlog\n`,
        ),
      );
      assert.deepEqual(await rows(), [-12, -11]);
      await lab.sql('db11', 'SET sql_log_bin=0', 'DELETE FROM app.writes WHERE id = -12');
      assert.match((await rescue(ADMIN_ACCOUNT.user)).stdout, /2 transactions .*\n.*: executed\nsaved:0\n$/);
      assert.deepEqual([await rows(), await position()], [[-13, -12, -11], written]);

      const encrypted = await lab.exec(
        'mgr',
        [
          'perl',
          '-MMHA::MasterFailover',
          '-e',
          `open my $f, ">", "/tmp/text"; print $f "-- mha-helper: mysqlbinlog begins\\n# The rest of the ` +
            `binlog is encrypted!\\n"; close $f; print join " ", MhaHelper::Compat::BinaryLogs::count("/tmp/text")`,
        ],
        { env: MHA_ENVIRONMENT },
      );
      assert.equal(encrypted.stdout, '0 1', encrypted.stderr);
    },
  );

  test('a master that refuses a login is not dead', async () => {
    await lab.resetTopology();
    await lab.sql(
      'db10',
      `CREATE USER locked@'%' IDENTIFIED BY 'x' ACCOUNT LOCK`,
      `CREATE USER blocked@'%' IDENTIFIED BY 'x'`,
      `CREATE USER local@'%' IDENTIFIED VIA unix_socket`,
      'SET GLOBAL max_password_errors=1',
      'SET GLOBAL disconnect_on_expired_password=1',
      `CREATE USER expired@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE`,
    );
    // No server can be made to run out of threads here: what it says then is said by somebody else.
    const full = `use IO::Socket;
    my $full = IO::Socket::INET->new(Listen => 9, ReuseAddr => 1, LocalAddr => "127.0.0.1:3307"); my $pid = fork;
      if (!$pid) { while (my $client = $full->accept) {
        print $client "\\x11\\0\\0\\0\\xff\\x6f\\x04no more thread" } }`;
    const script = `${full} my $look = sub { (split /\\(/, MHA::DBHelper::check_connection_fast_util(@_))[0] };
    $look->("${HOSTS.db10.ipv4}", 3306, "blocked", "y") for 1, 2;
      print join " ", (map { $look->("${HOSTS.db10.ipv4}", 3306, $_, "x") } qw(locked blocked local expired)),
      $look->("127.0.0.1", 3307, "a", "x"); kill KILL => $pid`;
    assert.equal((await without('db10', script)).stdout, '0 0 0 0 0');
    assert.equal((await withLayer('db10', script)).stdout, '4151 4150 1698 1862 1135');
  });

  test('the layer does nothing in other programs, and refuses an MHA that it does not know', async () => {
    const other = await lab.exec('mgr', ['perl', '-e', 'print join " ", grep { /MhaHelper/ } keys %INC'], {
      env: MHA_ENVIRONMENT,
    });
    assert.equal(other.stdout + other.stderr, 'MhaHelper/Compat.pm');
    const tainted = await lab.exec('mgr', ['perl', '-T', '-e', 'print "fine"'], { env: MHA_ENVIRONMENT });
    assert.equal(tainted.stdout + tainted.stderr, 'fine');
    const modules = '/usr/share/perl5/MHA';
    await lab.exec('mgr', [
      'sh',
      '-c',
      `mkdir -p /tmp/a/MHA /tmp/b/MHA; sed s/0.58/0.59/ ${modules}/NodeConst.pm >/tmp/a/MHA/NodeConst.pm; ` +
        `sed 's/^sub gtid_wait/sub gtid_waits/' ${modules}/DBHelper.pm >/tmp/b/MHA/DBHelper.pm`,
    ]);
    const status = (directory: string): Promise<CommandOutcome> =>
      lab.exec('mgr', ['masterha_check_repl', `--conf=${APPLICATION_FILE}`], {
        env: { ...MHA_ENVIRONMENT, PERL5LIB: directory },
      });
    const [later, changed] = [await status('/tmp/a'), await status('/tmp/b')];
    assert.match(
      `${later.code} ${later.stderr}`,
      /^1 mha-helper compat: this is MHA 0\.59, and only 0\.58 can be fixed; nothing was started\..*\n$/,
    );
    assert.match(
      `${changed.code} ${changed.stderr}`,
      /^1 mha-helper compat: MHA's function MHA::DBHelper::gtid_wait is not where it is expected; .*\n$/,
    );
  });

  test('mha-helper mha: without the packages the layer is put in place, on the hosts by install-node', async () => {
    await Promise.all(
      (['mgr', 'db10', 'db11', 'db12'] as const).map((host) => lab.exec(host, ['rm', '-r', '/usr/share/mha-helper'])),
    );
    const check = (): Promise<CommandOutcome> =>
      lab.exec('mgr', ['mha-helper', 'mha', 'masterha_check_repl', `--conf=${APPLICATION_FILE}`, '--skip_check_ssh'], {
        timeoutMs: 60_000,
      });
    const missing = await check();
    assert.notEqual(missing.code, 0);
    assert.match(
      missing.stdout + missing.stderr,
      /mha-helper compat: it is not on this host: mha-helper mha install-node puts it there/,
    );
    const installed = await lab.exec('mgr', ['mha-helper', 'mha', 'install-node', '-c', APPLICATION_FILE], {
      timeoutMs: 60_000,
    });
    assert.equal(installed.code, 0, installed.stdout + installed.stderr);
    assert.match(installed.stdout, /db12: ~\/\.mha-helper\/perl is in place .*apply_diff_relay_logs version 0\.58/);
    const found = await check();
    assert.match(`${found.code} ${found.stdout}`, /^0 [^]*MySQL Replication Health is OK/);
    assert.match(found.stderr, /mha-helper compat: MariaDB 10\.11[^]*GTID failover mode = 0/);
    assert.match((await lab.exec('mgr', ['sh', '-c', 'stat -c %a /var/lib/mha-helper/perl-*'])).stdout, /^755\n$/);
    assert.match(
      (await lab.exec('mgr', ['mha-helper', 'mha', 'masterha_check_status', '--help'])).stdout,
      /masterha_check_status/,
    );
    const wrong = await lab.exec('mgr', ['mha-helper', 'mha', 'rm', '-rf', '/']);
    assert.match(
      `${wrong.code} ${wrong.stderr}`,
      /^2 mha-helper: mha: rm is not one of MHA's programs -- they are masterha_check_repl, /,
    );
  });
});

function perlText(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
