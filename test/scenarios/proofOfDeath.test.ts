// `detection = proof`: what the master's host can say of a server, and failovers that go by it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOSTS, SSH_PORT, SSH_USER, type DatabaseName } from '../lab/hosts.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, managerEnd, managerLog, quickManager, startManager } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';

const proof = { ...quickManager, helper: { default: { detection: 'proof' } } } as const;
const WOULD_SEE = /detection = proof: the death of the server on db10 would be seen/;

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
    await pretend('db12', 'setsid /tmp/mysqld 0.7 >/dev/null 2>&1 &');
    assert.match(await death('db12', '0'), /^alive a server process is there/);
    assert.equal(await death('db12', '60'), 'dead');

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

  test('a server that is killed: a failover at once, and nothing is lost', async () => {
    await cluster().resetTopology();
    await cluster().configure(proof);
    const manager = await startManager(cluster());
    await waitUntil('a look at the living server', 20_000, async () => WOULD_SEE.test(await managerLog(cluster())));
    const writer = await startWriter(cluster());
    await writer.progress(20);
    await cluster().killMysqld('db10');
    assert.equal(await managerEnd(manager), 0, await managerLog(cluster()));
    await assertWhole(cluster(), 'db11', writer);
    const log = await managerLog(cluster());
    assert.match(log, /the server on db10 is dead for certain: its port was refused 3 times.*[^]*Connection failed 3/);
    assert.match(log, /HealthCheck: SSH to db10 is reachable/);
  });

  test('a secondary check that reaches the master keeps the last word, and the pings go on', async () => {
    await cluster().resetTopology();
    await cluster().configure({
      ...proof,
      application: { 'server default': { ping_interval: '1', secondary_check_script: 'sh -c "exit 3"' } },
    });
    const manager = await startManager(cluster());
    await waitUntil('a look at the living server', 20_000, async () => WOULD_SEE.test(await managerLog(cluster())));
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
    await cluster().startMysqld('db10', '--read-only=0');
    await waitUntil(
      'the ping',
      20_000,
      async () => (await managerLog(cluster())).split("until MySQL doesn't respond").length > 2,
    );
    manager.kill('SIGTERM');
    await managerEnd(manager);
    assert.deepEqual(await cluster().writableServers(), ['db10']);
    assert.doesNotMatch(await managerLog(cluster()), /Master is not reachable from health checker/);
  });

  test('a server that something starts again is not failed over', async () => {
    await cluster().resetTopology();
    await cluster().configure(proof);
    const manager = await startManager(cluster());
    await waitUntil('a look at the living server', 20_000, async () => WOULD_SEE.test(await managerLog(cluster())));
    await cluster().killMysqld('db10');
    await cluster().startMysqld('db10', '--read-only=0');
    await waitUntil(
      'the ping',
      20_000,
      async () => (await managerLog(cluster())).split("until MySQL doesn't respond").length > 2,
    );
    assert.doesNotMatch(await managerLog(cluster()), /dead for certain/);
    manager.kill('SIGTERM');
    await managerEnd(manager);
    assert.deepEqual(await cluster().writableServers(), ['db10']);
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
  });
});
