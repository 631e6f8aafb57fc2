// masterha_secondary_check decides whether MHA fails over: what MHA's own says about a master that lives and about one
// that is dead, and what it says with the layer.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ADMIN_ACCOUNT, HOSTS, SSH_PORT, SSH_USER } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { clusterLab } from './cluster.ts';

interface Look {
  readonly master?: string;
  readonly ip?: string;
  readonly from?: readonly string[];
  readonly insert?: boolean;
  readonly user?: string;
  readonly password?: string;
}

describe('masterha_secondary_check', { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    lab = await clusterLab();
  });
  after(() => lab.stop());

  async function look(what: Look, env: Readonly<Record<string, string>>): Promise<readonly [number, string]> {
    const { code, stdout, stderr } = await lab.exec(
      'mgr',
      [
        'masterha_secondary_check',
        ...(what.from ?? ['db11', 'db12']).flatMap((host) => ['-s', host]),
        `--user=${SSH_USER}`,
        `--port=${SSH_PORT}`,
        `--master_host=${what.master ?? 'db10'}`,
        `--master_ip=${what.ip ?? HOSTS.db10.ipv4}`,
        '--master_port=3306',
        `--master_user=${what.user ?? ADMIN_ACCOUNT.user}`,
        `--master_password=${what.password ?? ADMIN_ACCOUNT.password}`,
        `--ping_type=${what.insert === true ? 'INSERT' : 'SELECT'}`,
        '--timeout=2',
      ],
      { env, timeoutMs: 60_000 },
    );
    return [code, stdout + stderr];
  }
  const without = async (what: Look): Promise<number> => (await look(what, {}))[0];
  const withLayer = (what: Look): Promise<readonly [number, string]> => look(what, MHA_ENVIRONMENT);
  const CONFIRMED = 0;
  const NOT_LOOKED = 2;
  const REACHABLE = 3;

  test('a living master whose name does not resolve there', async () => {
    const what = { master: 'db10.elsewhere.invalid' };
    assert.equal(await without(what), CONFIRMED);
    const [code, said] = await withLayer(what);
    assert.equal(code, REACHABLE, said);
    const unknown = await withLayer({ ...what, ip: what.master });
    assert.equal(unknown[0], NOT_LOOKED);
    assert.match(
      unknown[1],
      /db11: whether the master db10\.elsewhere\.invalid:3306 answers there is not known: db10\./,
    );
  });

  test('a living master with an IPv6 address', async () => {
    const what = { master: HOSTS.db10.ipv6, ip: HOSTS.db10.ipv6 };
    assert.equal(await without(what), CONFIRMED);
    const [code, said] = await withLayer(what);
    assert.equal(code, REACHABLE, said);
  });

  test('a login that runs no program there, a host that does not answer, and no host at all', async () => {
    const shell = (program: string): Promise<unknown> =>
      lab.exec('db12', ['sed', '-i', `s|^\\(${SSH_USER}:.*\\):[^:]*$|\\1:${program}|`, '/etc/passwd']);
    await shell('/bin/true');
    try {
      assert.equal(await without({ from: ['db12'] }), CONFIRMED);
      const [code, said] = await withLayer({ from: ['db12'] });
      assert.equal(code, NOT_LOOKED, said);
    } finally {
      await shell('/bin/bash');
    }
    const [gone, why] = await withLayer({ from: ['db12', 'nohost'] });
    assert.equal(gone, REACHABLE, why);
    assert.match(why, /nohost: whether .* not known: ssh: .*nohost/);
    assert.equal(await without({ from: [] }), CONFIRMED);
    assert.deepEqual(await withLayer({ from: [] }), [
      NOT_LOOKED,
      'mha-helper compat: nobody has looked: masterha_secondary_check was given no host with -s\n',
    ]);
  });

  test('ping_type=INSERT', async () => {
    const what = { insert: true, user: 'mo nitor', password: `it's "a" $(id) \\ #` };
    await lab.sql(
      'db10',
      `CREATE USER 'mo nitor'@'%' IDENTIFIED BY 'it''s "a" $(id) \\\\ #'`,
      'CREATE DATABASE infra',
      'CREATE TABLE infra.chk_masterha (`key` TINYINT PRIMARY KEY, val INT UNSIGNED NOT NULL DEFAULT 0)',
      "GRANT ALL ON *.* TO 'mo nitor'@'%'",
    );
    assert.equal(await without(what), CONFIRMED);
    assert.deepEqual((await withLayer(what))[0], REACHABLE);
    const wrong = await withLayer({ ...what, password: 'wrong' });
    assert.equal(wrong[0], NOT_LOOKED);
    assert.match(wrong[1], /is not known: ERROR 1045 /);
    const programs = '/usr/bin/mariadb /usr/bin/mysql';
    await lab.exec('db12', ['sh', '-c', `chmod a-x ${programs}`]);
    try {
      const [code, said] = await withLayer({ ...what, from: ['db12'] });
      assert.equal(code, NOT_LOOKED, said);
      assert.match(said, /there is no mysql or mariadb here/);
    } finally {
      await lab.exec('db12', ['sh', '-c', `chmod a+x ${programs}`]);
    }
    const held = lab.spawn('db10', ['mariadb', '-e', 'FLUSH TABLES WITH READ LOCK; SELECT SLEEP(100)']);
    try {
      await lab.sql('db10', 'DO SLEEP(0.5)');
      assert.equal(await without(what), CONFIRMED);
      const [code, said] = await withLayer(what);
      assert.equal(code, REACHABLE, said);
      assert.match(said, /answers there: somebody holds a lock there \(Waiting for .*lock\)/i);
    } finally {
      held.kill('SIGTERM');
    }
    lab.freezeMysqld('db10');
    try {
      const [code, said] = await withLayer(what);
      assert.equal(code, CONFIRMED, said);
      assert.match(said, /does not answer there: it takes no write within 2 s/);
    } finally {
      lab.thawMysqld('db10');
    }
  });

  test('a dead server and a dead host', async () => {
    await lab.killMysqld('db10');
    const [code, said] = await withLayer({});
    assert.equal(code, CONFIRMED, said);
    assert.match(said, /db12: the master db10:3306 does not answer there: 192\.168\.10\.10: Connection refused/);
    await lab.linkDown('db10');
    const gone = await withLayer({});
    assert.equal(gone[0], CONFIRMED, gone[1]);
  });

  test('several managers: MHA itself puts the question to the monitor, and starts no program for it', async () => {
    const monitor = `use IO::Socket::UNIX; my ($path, $answer) = @ARGV;
      my $socket = IO::Socket::UNIX->new(Local => $path, Listen => 1) or die $!;
      my $client = $socket->accept(); my $question = <$client>;
      open my $comm, "<", "/proc/" . unpack("i", getsockopt $client, 1, 17) . "/comm"; chomp(my $who = <$comm>);
      $answer =~ s/WHO/$who/; print $client "$answer\n"; print $question`;
    const mha = `my $log = bless {}, "Log"; package Log; our $AUTOLOAD; sub AUTOLOAD { 1 } package main; $| = 1;
      exit MHA::HealthCheck->new(logger => $log, secondary_check_script => "/usr/bin/mha-helper secondary-check",
      ssh_user => "mha", hostname => "db10", ip => "::1", port => 3306, user => "u", password => "secret",
      ping_type => "INSERT")->secondary_check()`;
    const asked = async (answer: string): Promise<readonly [number, string]> => {
      const line =
        'rm -f "$3"; perl -e "$0" "$3" "$2" & until [ -S "$3" ]; do sleep 0.02; done; ' +
        'perl -MMHA::HealthCheck -MMHA::ManagerUtil -e "$1"; code=$?; wait; exit $code';
      const env = { ...MHA_ENVIRONMENT, MHA_HELPER_GUARD: '/tmp/guard' };
      const { code, stdout } = await lab.exec('mgr', ['sh', '-c', line, monitor, mha, answer, '/tmp/guard'], { env });
      return [code, stdout];
    };
    const question = '{"reach":{"host":"db10","ping":"INSERT","port":3306}}';
    for (const [verdict, code] of [
      ['dead', CONFIRMED],
      ['reached', REACHABLE],
      ['unknown', NOT_LOOKED],
    ] as const) {
      const [ended, said] = await asked(`{"verdict":"${verdict}","said":["mgr2 was asked by WHO"]}`);
      assert.deepEqual([ended, said.includes('mha-helper: mgr2 was asked by perl\n')], [code, true], said);
      assert.deepEqual(JSON.parse(/^\{"reach".*$/m.exec(said)?.[0] ?? ''), JSON.parse(question));
      assert.doesNotMatch(said, /secret/);
    }
    for (const nonsense of ['', '[]', '{"verdict":"dead"}', '{"verdict":"alive","said":[]}', 'dead'])
      assert.equal((await asked(nonsense))[0], NOT_LOOKED, nonsense);
  });
});
