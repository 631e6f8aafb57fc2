// A master that lives, and whose pings fail all the same: MHA's monitor on a real server, without the layer and with
// it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ADMIN_ACCOUNT, HOSTS, SSH_PORT, SSH_USER } from '../lab/hosts.ts';
import type { RunningCommand } from '../lab/hostCommand.ts';
import type { Lab } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { clusterLab, managerEnd, managerLog, startManager } from './cluster.ts';
import { testThoroughly } from '../thorough.ts';

/** More than the four pings after which MHA takes a master for dead. */
const looks = 6;
const dead = /Master is not reachable from health checker!/;
const lives = /mha-helper compat: the server on db10 lives: (.*)/g;

describe('a living master whose pings fail', { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    lab = await clusterLab();
    await lab.sql(
      'db10',
      'CREATE DATABASE infra',
      'CREATE TABLE infra.chk_masterha (`key` TINYINT PRIMARY KEY, val INT UNSIGNED NOT NULL DEFAULT 0)',
      "CREATE USER reader@'%' IDENTIFIED BY 'reader'",
      "GRANT SELECT, PROCESS ON *.* TO reader@'%'",
    );
  });
  after(() => lab.stop());

  /** MHA's monitor until it takes the master for dead, or the layer has said so many times that it lives. */
  async function monitor(
    type: string,
    env: Readonly<Record<string, string>>,
    { user = ADMIN_ACCOUNT.user, meanwhile }: { user?: string; meanwhile?: () => Promise<void> } = {},
  ): Promise<string> {
    const password = user === ADMIN_ACCOUNT.user ? ADMIN_ACCOUNT.password : user;
    const script = `my $log = bless {}, "Log"; package Log; our $AUTOLOAD; my $lives = 0;
      sub AUTOLOAD { return if $AUTOLOAD =~ /DESTROY/; print STDERR "$_[1]\\n" if defined $_[1] } package main;
      exit((MHA::HealthCheck->new(logger => $log, status_handler => $log, interval => 1, ping_type => "${type}",
        hostname => "db10", ip => "${HOSTS.db10.ipv4}", port => 3306, user => "${user}", password => "${password}",
        ssh_user => "${SSH_USER}",
        ssh_port => ${SSH_PORT}, ssh_host => "db10", ssh_ip => "${HOSTS.db10.ipv4}", ssh_check_command => "true",
        workdir => "/tmp",
        ssh_connection_timeout => 5)->wait_until_unreachable())[0])`;
    const running = lab.spawn('mgr', ['perl', '-MMHA::HealthCheck', '-MMHA::ManagerUtil', '-e', script], { env });
    const said = (): string => running.output();
    try {
      if (meanwhile !== undefined) {
        await waitUntil('the first ping', 20_000, () => Promise.resolve(said().includes(`Ping(${type}) succeeded`)));
        await meanwhile();
      }
      await waitUntil('the verdict', 60_000, () =>
        Promise.resolve(dead.test(said()) || [...said().matchAll(lives)].length >= looks),
      );
    } finally {
      running.kill('SIGKILL');
      await running.ended;
    }
    return said();
  }

  function held(...statements: readonly string[]): RunningCommand {
    return lab.spawn('db10', ['mysql', '-e', [...statements, 'SELECT SLEEP(100)'].join('; ')]);
  }

  test('SSH is asked while a ping hangs, seldom, and not beside one that takes its time on purpose', async () => {
    const said = async (...pings: readonly (readonly [string, number])[]): Promise<string> => {
      const list = pings.map(([type, seconds]) => `["MySQL Ping(${type})", ${seconds}]`).join(', ');
      const script = `no warnings; my $asked = 0; *MHA::HealthCheck::invoke_ssh_check = sub { $asked++ };
        for my $what (${list}) {
          $asked = 0; my $self = bless { interval => 3 }, "MHA::HealthCheck";
          my $code = $self->fork_exec(sub { select undef, undef, undef, $what->[1]; return 0 }, $what->[0]);
          print "asked $asked, code $code\n" }`;
      const argv = ['perl', '-MMHA::HealthCheck', '-MMHA::ManagerUtil', '-e', script];
      return (await lab.exec('mgr', argv, { env: MHA_ENVIRONMENT })).stdout;
    };
    const [fine, asked, hangs] = ['asked 0, code 0\n', 'asked 1, code 0\n', 'asked 1, code 1\n'];
    assert.equal(await said(['SELECT', 0], ['SELECT', 1.5], ['SELECT', 1.5]), fine + asked + fine);
    assert.equal(await said(['CONNECT', 1.5], ['INSERT', 9]), fine + hangs);
  });

  test('a child that dies while it asks ends, and is no second monitor', async () => {
    const ways = [
      '$self->invoke_ssh_check()',
      '$self->invoke_sec_check()',
      'print "code " . $self->fork_exec(sub { die "no ping\n" }, "MySQL Ping(CONNECT)") . "\n"',
    ];
    const said = async (ask: string, env = {}): Promise<string> => {
      const script = `my $log = bless {}, "Log"; sub Log::AUTOLOAD { die "no log\n" if $Log::AUTOLOAD =~ /info/ }
        my $self = bless { logger => $log, interval => 1, secondary_check_script => "true" }, "MHA::HealthCheck";
        my $own = $$; $| = 1;
        eval { ${ask} }; print $$ == $own ? "own\n" : "second\n"; 1 while wait() > 0;`;
      const argv = ['perl', '-MMHA::HealthCheck', '-MMHA::ManagerUtil', '-e', script];
      return (await lab.exec('mgr', argv, { env })).stdout.split('\n').sort().join(' ').trim();
    };
    for (const ask of ways) assert.match(await said(ask), /\bown\b.*\bsecond\b/, `as MHA does it: ${ask}`);
    assert.deepEqual(await Promise.all(ways.map((ask) => said(ask, MHA_ENVIRONMENT))), ['own', 'own', 'code 1 own']);
  });

  test('ping_type=INSERT and an account that may not write', async () => {
    assert.match(await monitor('INSERT', {}, { user: 'reader' }), dead);
    const said = await monitor('INSERT', MHA_ENVIRONMENT, { user: 'reader' });
    assert.doesNotMatch(said, dead);
    assert.match(said, /lives: it answers the ping with error (1044|1142)/);
  });

  test('ping_type=INSERT while a backup holds the lock', async () => {
    const backup = held('FLUSH TABLES WITH READ LOCK');
    try {
      await waitUntil('the lock', 10_000, async () =>
        (await lab.sql('db10', 'SHOW PROCESSLIST')).some(({ Info }) => /SLEEP\(100\)/.test(String(Info))),
      );
      assert.match(await monitor('INSERT', {}), dead);
      const said = await monitor('INSERT', MHA_ENVIRONMENT);
      assert.doesNotMatch(said, dead);
      assert.match(said, /lives: the ping does not get through there \(Waiting for .*lock\)/i);
    } finally {
      backup.kill('SIGKILL');
    }
  });

  test('ping_type=CONNECT while the server lets nobody of that account in', async () => {
    const lock = async (): Promise<void> => void (await lab.sql('db10', "ALTER USER reader@'%' ACCOUNT LOCK"));
    try {
      const said = await monitor('CONNECT', MHA_ENVIRONMENT, { user: 'reader', meanwhile: lock });
      assert.doesNotMatch(said, dead);
      assert.match(said, /lives: it answers the ping with error 4151/);
    } finally {
      await lab.sql('db10', "ALTER USER reader@'%' ACCOUNT UNLOCK");
    }
  });

  test('a server that cannot write any more is dead all the same', async () => {
    await lab.sql(
      'db10',
      "CREATE TRIGGER infra.full BEFORE INSERT ON infra.chk_masterha FOR EACH ROW SIGNAL SQLSTATE 'HY000' " +
        "SET MYSQL_ERRNO = 1021, MESSAGE_TEXT = 'disk full'",
    );
    try {
      for (const env of [{}, MHA_ENVIRONMENT]) assert.match(await monitor('INSERT', env), dead);
    } finally {
      await lab.sql('db10', 'DROP TRIGGER infra.full');
    }
  });

  testThoroughly(
    'masterha_manager with ping_type=INSERT stays through a backup, and fails over at a death',
    async () => {
      await lab.resetTopology();
      await lab.configure({ application: { 'server default': { ping_type: 'INSERT', ping_interval: '1' } } });
      const manager = await startManager(lab);
      const backup = held('FLUSH TABLES WITH READ LOCK');
      const looked = async (): Promise<boolean> => [...(await managerLog(lab)).matchAll(lives)].length >= looks;
      await waitUntil('the pings', 60_000, looked);
      assert.doesNotMatch(await managerLog(lab), dead);
      backup.kill('SIGKILL');
      assert.deepEqual(await lab.writableServers(), ['db10']);
      await lab.killMysqld('db10');
      assert.equal(await managerEnd(manager), 0, await managerLog(lab));
      assert.deepEqual(await lab.writableServers(), ['db11']);
    },
  );
});
