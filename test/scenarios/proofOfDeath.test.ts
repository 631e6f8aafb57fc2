// `detection = proof`: what the master's host can say of a server, and failovers that go by it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLUSTER } from '../lab/exampleConfiguration.ts';
import { HOSTS, SSH_PORT, SSH_USER, type DatabaseName } from '../lab/hosts.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, managerEnd, managerLog, quickManager, startManager, untilProvable } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { testThoroughly } from '../thorough.ts';

const proof = { ...quickManager, helper: { default: { detection: 'proof' } } } as const;

describe('detection = proof', { concurrency: false }, () => {
  const cluster = sharedLab();

  /** What a host says, and what follows from that. */
  async function look(
    host: DatabaseName,
    values: Readonly<Record<string, string>>,
    serverHost = host,
  ): Promise<string> {
    const self = `{ ssh_ip => "${HOSTS[host].ipv4}", ssh_port => ${SSH_PORT}, ssh_user => "${SSH_USER}" }`;
    const given = Object.entries({ port: '0CEA', ...values })
      .map(([name, value]) => `${name} => "${value}"`)
      .join();
    const script = `$MHA::ManagerConst::SSH_OPT_CHECK =~ s/VAR_CONNECT_TIMEOUT/5/;
      my $look = MhaHelper::Compat::HostLook::start(${self}, { ${given} });
      select undef, undef, undef, 0.01 until MhaHelper::Compat::HostLook::ended($look);
      my ($known, $why) = MhaHelper::Compat::HostLook::living($look->{said}, "${serverHost}");
      print ${values['mode'] === 'living' ? '$known ? "known" : $why' : '$look->{said}'}`;
    const said = await cluster().exec(
      'mgr',
      ['timeout', '20', 'perl', '-MMHA::HealthCheck', '-MMHA::ManagerUtil', '-e', script],
      { env: MHA_ENVIRONMENT },
    );
    assert.equal(said.code, 0, said.stderr);
    return said.stdout.trim();
  }
  const living = (host: DatabaseName, serverHost = host): Promise<string> => look(host, { mode: 'living' }, serverHost);
  const death = (host: DatabaseName, most = '2'): Promise<string> => look(host, { mode: 'death', unit: '', most });
  /** A process that is called like a server. */
  const pretend = (host: DatabaseName, line: string) =>
    cluster().exec(host, ['sh', '-c', `cp /bin/sleep /tmp/mysqld; ${line}`]);
  const endPretended = (host: DatabaseName) => cluster().exec(host, ['pkill', '-9', '-f', '^/tmp/mysqld']);

  /** Their process ids. */
  const hooksThat = async (is: RegExp): Promise<readonly string[]> => {
    const { stdout } = await cluster().exec('mgr', ['ps', '-eo', 'pid=,args=']);
    return stdout.split('\n').flatMap((line) => {
      const [pid = '', ...words] = line.trim().split(/ +/);
      return is.test(words.join(' ')) ? [pid] : [];
    });
  };
  /** Hooks that wait for MHA's word. */
  const prepared = async (): Promise<number> => (await hooksThat(/^mha-helper prepared-hard-failover$/)).length;
  /** Those that sleep until a ping fails. */
  const asleep = (): Promise<readonly string[]> => hooksThat(/^mha-helper prepared-hard-failover asleep$/);
  /** What the journal has. */
  const runs = async (): Promise<readonly string[]> => {
    const { stdout } = await cluster().exec('mgr', [
      'sh',
      '-c',
      `cat /var/lib/mha-helper/${CLUSTER}.journal 2>/dev/null`,
    ]);
    return [...stdout.matchAll(/"procedure":"([^"]+)"/g)].map(([, procedure = '']) => procedure);
  };

  test('what a look at a living server tells, and what it does not', async () => {
    assert.equal(await living('db12'), 'known');
    assert.match(await living('db12', 'db10'), /^the server is on a host named db10, and SSH leads to one named db12$/);
    assert.match(await look('db12', { mode: 'living', port: '0CEB' }), /^nothing listens on the port there$/);
    assert.match(await death('db12'), /^alive a server process is there: \d+ 1 (?:mariadbd|mysqld)$/);

    await pretend('db12', 'setsid /tmp/mysqld 60 >/dev/null 2>&1 &');
    assert.match(await living('db12'), /^several processes of servers are there: /);
    await endPretended('db12');

    await cluster().exec('db12', ['mount', '-o', 'remount,hidepid=2', '/proc']);
    assert.match(await living('db12'), /hidepid/);
    assert.match(await death('db12'), /^unclear .*hidepid/);
    await cluster().exec('db12', ['mount', '-o', 'remount,hidepid=0', '/proc']);
    assert.equal(await living('db12'), 'known');
  });

  test('what a host without its server says', async () => {
    await cluster().killMysqld('db12');
    assert.equal(await death('db12'), 'dead');
    assert.equal(await living('db12'), 'no server process is seen there');

    // Whoever has started it may start it again: mysqld_safe, a container's runtime, any supervisor.
    await pretend('db12', "setsid sh -c '/tmp/mysqld 60; true' >/dev/null 2>&1 &");
    assert.match(await living('db12'), /^mysqld was started by process \d+, which may start it again$/);
    await endPretended('db12');

    // One that was killed takes a moment to go.
    const slow = String.raw`#!/usr/bin/perl\nselect undef, undef, undef, 0.02 while -e "/tmp/stays";\n`;
    await cluster().exec('db12', [
      'sh',
      '-c',
      `printf '${slow}' >/tmp/mysqld; >/tmp/stays; chmod 755 /tmp/mysqld; setsid /tmp/mysqld >/dev/null 2>&1 &`,
    ]);
    assert.match(await death('db12', '0'), /^alive a server process is there/);
    const late = death('db12', '200');
    await sleep(300);
    await cluster().exec('db12', ['rm', '/tmp/stays']);
    assert.equal(await late, 'dead');

    // A zombie whose threads have all ended does nothing any more.
    await pretend('db12', `setsid perl -e 'exec "/tmp/mysqld", "0" unless fork; sleep 5' >/dev/null 2>&1 & sleep 0.3`);
    assert.match((await cluster().exec('db12', ['ps', '-e', '-o', 'stat=,comm='])).stdout, /^Z\S* +mysqld/m);
    assert.equal(await death('db12'), 'dead');

    const listener = cluster().spawn('db12', [
      'perl',
      '-MIO::Socket::INET',
      '-e',
      'my $s = IO::Socket::INET->new(LocalPort => 3306, Listen => 1) or die; $| = 1; print "ready"; sleep 60',
    ]);
    await waitUntil('the listener', 5_000, () => listener.output() === 'ready');
    assert.equal(await death('db12'), 'alive something listens on the port');
    listener.kill('SIGKILL');
  });

  test('nothing to save is seen by sizes, and only where they fit exactly', async () => {
    await cluster().resetTopology();
    await cluster().sql('db12', 'FLUSH BINARY LOGS');
    const nothing = async (file = '', position = 0, more: Readonly<Record<string, string | number>> = {}) => {
      const dead = {
        hostname: 'db12',
        ssh_ip: HOSTS.db12.ipv4,
        ssh_port: SSH_PORT,
        ssh_user: SSH_USER,
        master_binlog_dir: '/nowhere,/var/log/mysql',
        manager_workdir: '/tmp',
        ...more,
      };
      const given = Object.entries(dead).map(([name, value]) => `${name} => '${value}'`);
      const script = `print MhaHelper::Compat::Sizes::has_nothing('${file}', ${position}, { ${given.join()} })`;
      const { stdout } = await cluster().exec('mgr', ['perl', '-MMHA::MasterFailover', '-e', script], {
        env: MHA_ENVIRONMENT,
      });
      return stdout;
    };
    const lastLogs = async () =>
      (await cluster().sql('db12', 'SHOW BINARY LOGS'))
        .slice(-2)
        .map((row) => [String(row['Log_name']), Number(row['File_size'])] as const);
    // The server still writes into a file that it has just begun.
    await waitUntil('sizes that fit', 10_000, async () => {
      const [name, bytes] = (await lastLogs()).at(-1) ?? assert.fail('no binary log');
      return (await nothing(name, bytes)) === '1';
    });
    const [before, last] = await lastLogs();
    const [file, size] = last ?? assert.fail('no binary log');
    assert.notEqual(await nothing(file, size - 1), '1');
    assert.notEqual(await nothing(before?.[0], before?.[1]), '1', 'a later file');
    assert.notEqual(await nothing(file, size, { master_binlog_dir: '/nowhere' }), '1');
    assert.notEqual(await nothing(file, size, { master_binlog_dir: '/var/log/mysql,/var/log/mysql' }), '1');
    assert.notEqual(await nothing(file, size, { ssh_port: 1 }), '1');
  });

  test('whether SSH reaches the replicas is asked of all together', async () => {
    // An ssh that succeeds only while another one runs.
    const meeting = `#!/bin/sh
      case "$*" in *reached*) ;; *) exit 1 ;; esac
      : >/tmp/meeting/$$; i=0
      until test "$(ls /tmp/meeting | wc -l)" -ge 2; do i=$((i + 1)); test $i -lt 100 || exit 1; sleep 0.05; done
      echo version 0.58`;
    await cluster().writeFile('mgr', { path: '/tmp/meet/ssh', content: meeting, mode: '755' });
    const answers = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const script = `mkdir "/tmp/meeting"; unlink glob "/tmp/meeting/*"; $ENV{PATH} = "/tmp/meet:$ENV{PATH}";
        my $log = bless {}, "Log"; package Log; our $AUTOLOAD; sub AUTOLOAD { } package main;
        my @servers = map { bless { id => $_, hostname => $_, ssh_host => $_, ssh_ip => $_, ssh_user => "mha",
          ssh_port => 22, ssh_connection_timeout => 9, not_slave => 0, logger => $log }, "MHA::Server" }
          "reached1", "reached2", "silent";
        MhaHelper::Compat::Program::know(@servers);
        local $MhaHelper::Compat::Logins::looking = {};
        $_->check_set_ssh_status($log, 1) for @servers;
        print join " ", map { "$_->{hostname}:$_->{ssh_ok}:" . ($_->{dead} // 0) } @servers`;
      const { stdout } = await cluster().exec('mgr', ['perl', '-MMHA::MasterFailover', '-e', script], {
        env: { ...MHA_ENVIRONMENT, ...env },
      });
      return stdout.split('\n').at(-1) ?? '';
    };
    assert.equal(await answers({}), 'reached1:1:0 reached2:1:0 silent:0:1');
    assert.match(await answers({ MHA_HELPER_CUTS_OFF: 'logins' }), /^reached1:0:1 /);
  });

  test('a hook that was started early gets the word for the very call that was foreseen, and no other', async () => {
    // Stands for mha-helper: says what it is called with, and waits where it is started early.
    const standIn = `#!/bin/sh
      trap '' PIPE
      case "$*" in *--command=stopssh*) what=stopssh ;; *) what=start ;; esac
      test "$1" = prepared-hard-failover || { echo "$what is called anew" >>/tmp/calls; exit 0; }
      case $(cat /tmp/kind) in older) exit 2 ;; late) echo ready >&3; exit 99 ;; slow) sleep 0.5 ;; esac
      echo ready >&3; read -r word place; soon=; test "$word" != soon || { soon='soon, '; read -r word place; }
      echo "$what gets the word: $soon\${word:-none}" >>/tmp/calls
      test "$word" = go || exit 99
      test -S "$place" || echo 'nothing to say a last word at' >>/tmp/calls`;
    await cluster().writeFile('mgr', { path: '/tmp/stand-in/mha-helper', content: standIn, mode: '755' });
    await cluster().exec('mgr', ['ln', '-sf', 'mha-helper', '/tmp/stand-in/master_ip_hard_failover_helper']);
    const calls = async (kind: string, more: string): Promise<string> => {
      await cluster().exec('mgr', ['sh', '-c', `rm -f /tmp/calls; echo ${kind} >/tmp/kind`]);
      const script = `my @servers = map { bless { %$_, port => 3306, ssh_user => "mha", ssh_port => 22, log_bin => 1,
          master_ip_failover_script => "/tmp/stand-in/master_ip_hard_failover_helper", escaped_user => "'u'",
          escaped_password => "'p'" }, "MHA::Server" }
          map +{ id => $_, hostname => $_, ip => $_, ssh_host => $_, ssh_ip => $_ }, "a", "b";
        *MhaHelper::Compat::LastWord::is_start = sub { 1 };
        MhaHelper::Compat::Program::know(@servers);
        MhaHelper::Compat::Early::begin({ hostname => "a" });
        print MHA::ManagerUtil::exec_system(MhaHelper::Compat::Early::stopssh($servers[0]) . "${more}"), "\n";
        MhaHelper::Compat::Early::send_home();
        1 while wait > 0;
        print -s "/tmp/calls" ? qx(cat /tmp/calls) : ""`;
      const { stdout } = await cluster().exec(
        'mgr',
        ['perl', '-MMHA::HealthCheck', '-MMHA::MasterFailover', '-e', `$| = 1; ${script}`],
        { env: MHA_ENVIRONMENT },
      );
      const [code, ...lines] = stdout.trimEnd().split('\n');
      assert.equal(code, '00');
      return lines.toSorted().join('; ');
    };
    assert.equal(await calls('ours', ''), 'start gets the word: soon, none; stopssh gets the word: go');
    // One that has only just begun is waited for.
    assert.equal(await calls('slow', ''), 'start gets the word: soon, none; stopssh gets the word: go');
    assert.equal(
      await calls('ours', ' --more'),
      'start gets the word: soon, none; stopssh gets the word: soon, none; stopssh is called anew',
    );
    assert.equal(await calls('older', ''), 'stopssh is called anew');
    assert.equal(await calls('late', ''), 'stopssh is called anew');
  });

  test('a server that is killed: a failover at once, and nothing is lost', async () => {
    await cluster().resetTopology();
    // Long enough for any look.
    await cluster().configure({ ...proof, application: { 'server default': { ping_interval: '5' } } });
    const manager = await startManager(cluster());
    await untilProvable(cluster());
    const writer = await startWriter(cluster());
    await writer.progress(20);
    await cluster().killMysqld('db10');
    assert.equal(await managerEnd(manager), 0, await managerLog(cluster()));
    await assertWhole(cluster(), 'db11', writer);
    const log = await managerLog(cluster());
    assert.match(log, /the server on db10 is dead for certain: its port was refused 3 times.*[^]*Connection failed 2/);
    assert.match(log, /HealthCheck: SSH to db10 is reachable/);
    assert.deepEqual(
      [...log.matchAll(/hook has been waiting since the master answered;[^]*? (hard \w+):/g)].map(([, hook]) => hook),
      ['hard stopssh', 'hard start'],
    );
    assert.deepEqual(await runs(), ['hard stopssh', 'hard start']);
  });

  test("SSH over the kept login beside MHA's own check: the first yes counts, and a no of MHA's alone", async () => {
    // Seconds until the kept one ends and its exit code, and the same of MHA's.
    const script = `my $log = bless {}, 'Quiet'; sub Quiet::info {}
      sub after { my ($seconds, $code) = @_; return sub { select undef, undef, undef, $seconds; $code } }
      sub first { my ($kept, $own) = @_;
        return MhaHelper::Compat::OneLogin::first(MhaHelper::Compat::OneLogin::child($kept), $own, $log, 'db10') }
      print join ' ', first(after(0.2, 0), after(9, 1)), first(after(0.1, 255), after(0.3, 0)),
        first(after(9, 0), after(0.2, 1)), first(sub { exec '/nowhere' or return }, after(0.2, 1));`;
    const { code, stdout, stderr } = await cluster().exec(
      'mgr',
      ['timeout', '8', 'perl', '-MMHA::HealthCheck', '-MMHA::ManagerUtil', '-e', script],
      { env: MHA_ENVIRONMENT },
    );
    assert.deepEqual([code, stdout], [0, '0 0 1 1'], stderr);
  });

  testThoroughly(
    'one login for the looks at the master: opened again when it ends, not believed where it hangs',
    async () => {
      await cluster().resetTopology();
      await cluster().configure(proof);
      const manager = await startManager(cluster());
      /** The process of the login that commands can go over. */
      const login = async (): Promise<string | undefined> => {
        const asked = 'ssh -O check -S "$(ls -d /tmp/mha-helper-*/*)" db10 2>&1';
        return /Master running \(pid=(\d+)\)/.exec((await cluster().exec('mgr', ['sh', '-c', asked])).stdout)?.[1];
      };
      const another = async (than?: string): Promise<string> => {
        let found: string | undefined;
        await waitUntil('the login', 40_000, async () => ![undefined, than].includes((found = await login())));
        return found ?? assert.fail('no login');
      };
      const first = await another();
      await cluster().exec('mgr', ['kill', '-9', first]);
      const second = await another(first);
      // As one whose packets a firewall has begun to drop.
      await cluster().exec('mgr', ['kill', '-STOP', second]);
      const writer = await startWriter(cluster());
      await writer.progress(20);
      await cluster().killMysqld('db10');
      assert.equal(await managerEnd(manager), 0, await managerLog(cluster()));
      await assertWhole(cluster(), 'db11', writer);
      const log = await managerLog(cluster());
      assert.match(log, /HealthCheck: SSH to db10 is reachable/);
      assert.doesNotMatch(log, /dead for certain|NOT reachable/);
      await cluster().exec('mgr', ['kill', '-CONT', second]);
      await waitUntil(
        'the end of the login',
        10_000,
        async () => (await cluster().exec('mgr', ['kill', '-0', second])).code !== 0,
      );
    },
  );

  testThoroughly('a secondary check that reaches the master keeps the last word, and the pings go on', async () => {
    await cluster().resetTopology();
    await cluster().configure({
      ...proof,
      application: { 'server default': { ping_interval: '1', secondary_check_script: 'sh -c "exit 3"' } },
    });
    const manager = await startManager(cluster());
    await untilProvable(cluster());
    await cluster().killMysqld('db10');
    await waitUntil('the secondary check', 20_000, async () =>
      /Secondary network check script returned errors/.test(await managerLog(cluster())),
    );
    // Proved once: no storm of pings follows.
    const before = Date.now();
    const tries = async (): Promise<number> => (await managerLog(cluster())).split('Connection failed').length;
    const counted = await tries();
    await sleep(2_500);
    assert.ok((await tries()) - counted <= (Date.now() - before) / 1000 + 1);
    // The hooks wait. MHA that is killed takes them with it, and they have done nothing.
    assert.equal(await prepared(), 2);
    manager.kill('SIGKILL');
    await managerEnd(manager);
    await waitUntil('the end of the hooks', 10_000, async () => (await prepared()) === 0);
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
    assert.deepEqual(await runs(), []);
    assert.doesNotMatch(
      await managerLog(cluster()),
      /Master is not reachable from health checker|hard st(?:opssh|art):/,
    );
  });

  test('a server that something starts again is not failed over', async () => {
    await cluster().resetTopology();
    await cluster().configure(proof);
    const manager = await startManager(cluster());
    await untilProvable(cluster());
    await waitUntil('those that sleep', 30_000, async () => (await asleep()).length === 2);
    const first = await asleep();
    await cluster().killMysqld('db10');
    await cluster().startMysqld('db10', '--read-only=0');
    await waitUntil(
      'the ping',
      20_000,
      async () => (await managerLog(cluster())).split("until MySQL doesn't respond").length > 2,
    );
    assert.doesNotMatch(await managerLog(cluster()), /dead for certain/);
    // Others sleep in their place; they end with MHA. Who was just woken is still called asleep.
    await waitUntil('the next ones', 30_000, async () => {
      const now = await asleep();
      return now.length === 2 && !now.some((pid) => first.includes(pid));
    });
    assert.equal(await prepared(), 0);
    assert.deepEqual(await runs(), []);
    // They have rehearsed, and keep no connection.
    await waitUntil('the end of their rehearsal', 10_000, async () => {
      const { stdout: connections } = await cluster().exec('mgr', ['ss', '-Htnp', 'state', 'established']);
      return /masterha_manage/.test(connections) && !connections.includes('mha-helper');
    });
    assert.equal((await asleep()).length, 2);
    manager.kill('SIGKILL');
    await managerEnd(manager);
    await waitUntil('their end', 10_000, async () => (await asleep()).length === 0);
    assert.deepEqual(await cluster().writableServers(), ['db10']);
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
  });
});
