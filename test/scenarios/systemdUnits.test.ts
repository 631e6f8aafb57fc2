// The packages' units under a real systemd. No database server is needed for that: masterha_manager is a stand-in that
// keeps MHA's health file.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ClusterStatus } from '../../src/procedures/monitor/monitorStatus.ts';
import { documentPages } from '../documents/pages.ts';
import { waitUntil } from '../lab/processes.ts';
import { bootSystemd, type Booted } from '../lab/systemd.ts';

const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ALL = 'mha-helper-monitor.service';
const ONE = 'mha-helper-monitor@one.conf.service';

/** Fails over as long as /run/failing is there. */
const standIn = `#!/usr/bin/perl
use strict;
my ($conf) = map { /^--conf=(.*)/ ? $1 : () } @ARGV;
my ($name) = $conf =~ m{([^/]+)[.]conf$} or die;
my $file = "/var/log/$name.master_status.health";
$SIG{TERM} = sub { unlink $file; exit 1 };
while (1) {
  open(my $out, '>', "$file.new") or die;
  print $out "$$\\t", (-e '/run/failing' ? '50:FAILOVER_RUNNING' : '0:PING_OK'), "\\tmaster:db10";
  close $out;
  rename "$file.new", $file;
  select(undef, undef, undef, 0.2);
}
`;

describe('the units under a real systemd', { concurrency: false }, () => {
  let machine: Booted | undefined;
  const run = (...argv: readonly string[]) => (machine ?? assert.fail('no machine')).run(...argv);
  const succeeds = async (...argv: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...argv);
    assert.equal(code, 0, `${argv.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  };
  const write = (path: string, content: string): Promise<string> =>
    succeeds('sh', '-c', 'mkdir -p "$(dirname "$1")" && printf %s "$2" >"$1"', 'sh', path, content);
  const property = async (unit: string, name: string): Promise<string> =>
    (await succeeds('systemctl', 'show', '--property', name, '--value', unit)).trim();
  const clusters = async (): Promise<ClusterStatus[]> =>
    JSON.parse((await run('mha-helper', 'monitor', 'status', '--json')).stdout) as ClusterStatus[];
  const managers = async (): Promise<(number | null)[]> => (await clusters()).map(({ managerPid }) => managerPid);
  // There are no servers, so the monitor's own look at them says that none is seen: MHA's word is what counts here.
  const isMonitored = ({ managerPid, monitorPid, state }: ClusterStatus): boolean =>
    managerPid !== null && monitorPid !== null && state.includes('PING_OK');
  const untilMonitored = (except?: string): Promise<void> =>
    waitUntil('both managers to monitor', 30_000, async () => {
      const found = await clusters();
      return found.every((cluster) => isMonitored(cluster) && String(cluster.monitorPid) !== except);
    });

  before(async () => {
    machine = await bootSystemd();
    await machine.install(here('dist/mha-helper'), '/usr/bin/mha-helper');
    for (const unit of [ALL, 'mha-helper-monitor@.service'])
      await write(`/etc/systemd/system/${unit}`, readFileSync(here(`build/systemd/${unit}`), 'utf8'));
    // Only the times are others: nobody waits a minute here.
    await write(`/etc/systemd/system/${ALL}.d/times.conf`, '[Service]\nWatchdogSec=3\nRestartSec=0\n');
    await write('/usr/local/bin/masterha_manager', standIn);
    await succeeds('chmod', '755', '/usr/local/bin/masterha_manager');
    for (const name of ['one', 'two'])
      await write(
        `/etc/mha/${name}.conf`,
        '[server default]\nmanager_workdir=/var/log\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n',
      );
    await succeeds('systemctl', 'daemon-reload');
  });
  beforeEach(async () => {
    await run('systemctl', 'stop', ALL, ONE);
    await succeeds('systemctl', 'start', ALL);
    await untilMonitored();
  });
  after(async () => {
    await machine?.stop();
  });

  test('start returns when it is ready, and the journal has its lines', async () => {
    assert.equal(await property(ALL, 'StatusText'), 'monitoring 2 clusters');
    assert.match(
      await succeeds('journalctl', '--no-pager', '-o', 'cat', '-u', ALL),
      /^monitoring one, two \(pid \d+\)$[^]*^one: masterha_manager started, pid \d+$/m,
    );
  });

  for (const [what, signal, result] of [
    ['killed with -9', 'KILL', 'signal'],
    ['frozen: the watchdog ends it', 'STOP', 'watchdog'],
  ] as const) {
    test(`${what}: it is started again, and takes over the managers, which have gone on`, async () => {
      const earlier = await managers();
      const main = await property(ALL, 'MainPID');
      await succeeds('systemctl', 'kill', `--signal=${signal}`, '--kill-whom=main', ALL);
      await untilMonitored(main);
      assert.deepEqual(await managers(), earlier);
      assert.match(
        await succeeds('journalctl', '--no-pager', '-o', 'cat', '-u', ALL),
        new RegExp(`Failed with result '${result}'`),
      );
    });
  }

  test('stop waits for a failover to end, and then nothing is left', async () => {
    await write('/run/failing', '');
    await waitUntil('the failover', 10_000, async () =>
      (await clusters()).every(({ state }) => state === 'FAILOVER_RUNNING'),
    );
    const earlier = await managers();
    const stopped = succeeds('systemctl', 'stop', ALL);
    await waitUntil('stop to begin', 10_000, async () =>
      /stopping; a failover that runs is waited for/.test(
        await succeeds('journalctl', '--no-pager', '-o', 'cat', '-u', ALL),
      ),
    );
    assert.equal(await property(ALL, 'ActiveState'), 'deactivating');
    assert.deepEqual(await managers(), earlier);
    await succeeds('rm', '/run/failing');
    await stopped;
    assert.deepEqual([await property(ALL, 'ActiveState'), await property(ALL, 'Result')], ['inactive', 'success']);
    assert.equal((await run('pgrep', '-f', '^/usr/bin/perl /usr/local/bin/masterha_manager')).code, 1);
  });

  async function statusOf(pid: string): Promise<ReadonlyMap<string, string>> {
    const lines = (await succeeds('cat', `/proc/${pid}/status`)).split('\n').map((line) => line.split(/:\s+/, 2));
    return new Map(lines.map(([name = '', value = '']) => [name, value]));
  }
  /** Of the monitor, and of a manager that it has started. */
  async function rights(): Promise<readonly string[]> {
    const manager = String((await managers())[0]);
    const pids = [await property(ALL, 'MainPID'), manager];
    return Promise.all(
      pids.map(async (pid) => {
        const status = await statusOf(pid);
        const user = (await succeeds('stat', '-c', '%U', `/proc/${pid}`)).trim();
        return [user, ...['NoNewPrivs', 'Seccomp', 'CapBnd'].map((name) => status.get(name))].join(' ');
      }),
    );
  }
  async function exposure(): Promise<number> {
    const said = await succeeds('systemd-analyze', 'security', '--no-pager', ALL);
    return Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1] ?? assert.fail(said));
  }

  test('hardened, as root and with an account of its own: the commands of docs/operating/account.md', async () => {
    assert.ok((await exposure()) < 4, String(await exposure()));
    // CHOWN, DAC_*, FOWNER, KILL, SETGID, SETUID, NET_BIND_SERVICE, NET_ADMIN, NET_RAW.
    assert.deepEqual(await rights(), Array(2).fill('root 1 2 00000000000034ef'));
    await succeeds('systemctl', 'stop', ALL);
    await succeeds('useradd', '--system', '--user-group', '--home-dir', '/var/lib/mha', 'mha');
    await succeeds('chown', '-R', 'mha', '/var/lib/mha-helper', '/var/log');
    await succeeds('chmod', '755', '/etc/mha', '/etc/mha-helper');
    const examples = '/usr/share/doc/mha-helper/examples/systemd';
    for (const name of ['account.conf', 'account-with-sudo.conf'])
      await write(`${examples}/${name}`, readFileSync(here(`examples/systemd/${name}`), 'utf8'));
    const page = documentPages().find(({ path }) => path === 'docs/operating/account.md') ?? assert.fail('no page');
    const commands = page.markdown.blocks
      .flatMap(({ lines }) => lines)
      .filter((line) => /systemctl|examples/.test(line));
    assert.equal(commands.length, 3);
    await succeeds('sh', '-euc', commands.join('\n'));
    await untilMonitored();
    assert.deepEqual(await rights(), Array(2).fill('mha 1 2 0000000000000000'));
    assert.ok((await exposure()) < 3, String(await exposure()));
    await succeeds('systemctl', 'stop', ALL);
    const dropIn = `/etc/systemd/system/${ALL}.d/account.conf`;
    await succeeds('cp', `${examples}/account-with-sudo.conf`, dropIn);
    await succeeds('systemctl', 'daemon-reload');
    await succeeds('systemctl', 'start', ALL);
    await untilMonitored();
    const [monitor = ''] = await rights();
    // SETGID and SETUID are among what sudo may have.
    assert.match(monitor, /^mha 0 0 [\da-f]+ff$/);
    await succeeds('systemctl', 'stop', ALL);
    await succeeds('rm', dropIn);
    await succeeds('systemctl', 'daemon-reload');
    await succeeds('chown', '-R', 'root', '/var/lib/mha-helper', '/var/log');
  });

  test('monitor stop ends it for good; the unit of one cluster works, and not beside that of all', async () => {
    await succeeds('mha-helper', 'monitor', 'stop', '--all');
    await waitUntil('the end', 10_000, async () => (await property(ALL, 'ActiveState')) === 'inactive');
    await succeeds('systemctl', 'start', ONE);
    await waitUntil('the manager of one', 20_000, async () =>
      (await clusters()).some((cluster) => cluster.cluster === 'one' && isMonitored(cluster)),
    );
    assert.equal((await run('mha-helper', 'monitor', 'run', '--all')).code, 9);
    await succeeds('systemctl', 'stop', ONE);
  });

  test('monitor restart is done by systemd, and the unit keeps its monitor', async () => {
    const main = await property(ALL, 'MainPID');
    const refused = await run('mha-helper', 'monitor', 'restart', '--all', '--metrics', '127.0.0.1:9399');
    assert.equal(refused.code, 2, refused.stderr);
    assert.match(refused.stderr, /whose options stand in its unit; nothing has been changed -- .*systemctl edit/);
    assert.equal(await property(ALL, 'MainPID'), main);
    const said = await succeeds('mha-helper', 'monitor', 'restart', '--all');
    assert.equal(said, `the monitor of /etc/mha/one.conf, /etc/mha/two.conf has been restarted by systemd: ${ALL}\n`);
    await untilMonitored(main);
    const restarted = await property(ALL, 'MainPID');
    assert.deepEqual(
      (await clusters()).map(({ monitorPid }) => String(monitorPid)),
      [restarted, restarted],
    );
    assert.deepEqual([await property(ALL, 'ActiveState'), await property(ALL, 'NRestarts')], ['active', '0']);
    // One of two: its manager alone, within the unit.
    const [, other] = await managers();
    await succeeds('mha-helper', 'monitor', 'restart', '-c', 'one');
    await untilMonitored();
    assert.equal(await property(ALL, 'MainPID'), restarted);
    assert.equal((await managers())[1], other);
  });

  const start = 'masterha_manager --conf=/etc/mha/one.conf';
  for (const [who, begin, said] of [
    [
      'a unit of its own',
      ['systemd-run', '--unit=own', 'masterha_manager', '--conf=/etc/mha/one.conf'],
      'systemd (own.service)',
    ],
    [
      'a script that is a unit',
      ['systemd-run', '--unit=script', 'sh', '-c', `${start}; exit 1`],
      'systemd (script.service)',
    ],
    [
      'a supervisor',
      [
        'sh',
        '-c',
        `printf '%s\\n' '#!/bin/sh' '${start}' : >/usr/local/bin/runsv; chmod 755 /usr/local/bin/runsv; ` +
          'setsid runsv >/dev/null 2>&1 &',
      ],
      '"/bin/sh /usr/local/bin/runsv"',
    ],
  ] as const) {
    test(`failover --pause-monitor sees that ${who} keeps masterha_manager running`, async () => {
      await run('systemctl', 'stop', ALL);
      // MHA's other programs are only asked whether it monitors.
      for (const name of ['masterha_check_status', 'masterha_master_switch', 'masterha_stop'])
        await succeeds('ln', '-sf', '/bin/true', `/usr/local/bin/${name}`);
      await succeeds(...begin);
      await waitUntil(
        'the manager',
        10_000,
        async () => (await run('test', '-e', '/var/log/one.master_status.health')).code === 0,
      );
      const { code, stderr } = await run(
        'mha-helper',
        'failover',
        '--online',
        '--pause-monitor',
        '-c',
        '/etc/mha/one.conf',
      );
      assert.notEqual(code, 0);
      assert.ok(stderr.includes(`masterha_manager cannot be paused: ${said} supervises it`), stderr);
      await succeeds('pkill', '-TERM', '-f', '^/usr/bin/perl /usr/local/bin/masterha_manager');
      await waitUntil(
        'its end',
        10_000,
        async () => (await run('test', '-e', '/var/log/one.master_status.health')).code !== 0,
      );
    });
  }

  test('detection = proof: what a host says of a server that is a unit', async () => {
    await run('systemctl', 'stop', ALL);
    const look = async (values: Readonly<Record<string, string>>): Promise<string> => {
      const given = Object.entries({ port: '0CEA', ...values }).map(([name, value]) => `${name} => "${value}"`);
      const print = `print MhaHelper::Compat::HostLook::script({ ${given.join()} })`;
      const script = execFileSync(
        'perl',
        ['-I', here('src/mha-compat'), '-MMhaHelper::Compat::HostLook', '-e', print],
        { encoding: 'utf8' },
      );
      return succeeds('sh', '-c', script);
    };
    const death = async (): Promise<string> => {
      await succeeds('systemctl', 'kill', '--signal=KILL', '--kill-whom=main', 'db.service');
      return (await look({ mode: 'death', unit: 'db.service', most: '60' })).trim();
    };
    const unit = async (...lines: readonly string[]): Promise<void> => {
      await run('systemctl', 'stop', 'db.service');
      await run('systemctl', 'reset-failed', 'db.service');
      await write(
        '/etc/systemd/system/db.service',
        ['[Service]', 'ExecStart=/usr/local/bin/mysqld', ...lines, ''].join('\n'),
      );
      await succeeds('systemctl', 'daemon-reload');
      await succeeds('systemctl', 'start', 'db.service');
      await waitUntil('the listener', 5_000, async () => /^listens$/m.test(await look({ mode: 'living' })));
    };
    // A server's name and a server's port is all that is looked at.
    await write(
      '/usr/local/bin/mysqld',
      '#!/usr/bin/perl\nuse IO::Socket::INET;\n' +
        'my $s = IO::Socket::INET->new(LocalPort => 3306, Listen => 1) or die; sleep 600;\n',
    );
    await succeeds('chmod', '755', '/usr/local/bin/mysqld');

    await unit('Restart=no');
    const living = await look({ mode: 'living' });
    const pid = await property('db.service', 'MainPID');
    assert.match(
      living,
      new RegExp(
        `^server ${pid} 1 mysqld\nlistens\nhost .+\ninit systemd\nunit db\\.service ${pid}\nactive\nlooked$`,
        'm',
      ),
    );
    assert.equal(await death(), 'dead');

    await unit('Restart=on-failure', 'RestartSec=3');
    assert.equal(await death(), 'unclear systemd starts db.service again');
    await unit('Restart=on-failure', 'RestartSec=0');
    assert.match(await death(), /^alive a server process is there|^unclear systemd starts db\.service again$/);

    // A person restarts it; its end takes a while.
    await unit('ExecStopPost=/bin/sleep 2', 'Restart=no');
    const restarted = run('systemctl', 'restart', 'db.service');
    await waitUntil('the job', 5_000, async () => (await property('db.service', 'ActiveState')) === 'deactivating');
    assert.match(
      (await look({ mode: 'death', unit: 'db.service', most: '60' })).trim(),
      /^unclear systemd has a job for db\.service$/,
    );
    await restarted;

    await unit('Restart=no', '[Unit]', 'OnFailure=other.service');
    assert.equal(await death(), 'unclear systemd may start db.service again (OnFailure)');
  });
});
