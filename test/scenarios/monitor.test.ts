import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE, HELPER_FILE, WORK_DIRECTORY } from '../lab/exampleConfiguration.ts';
import { HOSTS, WRITER_CIDR } from '../lab/hosts.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import {
  asMhaUser,
  bringBack,
  CLUSTER,
  giveToMhaUser,
  killInManager,
  MHA_USER,
  managerPids,
  metrics,
  mhaStatus,
  monitor,
  monitorLog,
  quickMonitor,
  startMonitor,
  status,
  untilProtected,
  untilStatus,
} from './monitored.ts';
import { testThoroughly } from '../thorough.ts';

describe('the monitor keeps masterha_manager running', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
    await cluster().configure(quickMonitor);
  });

  test(
    'two failovers in a row, under an account that is not root: db10 dies, is brought back as a replica, db11 ' +
      'dies',
    async () => {
      const writer = await startWriter(cluster());
      await giveToMhaUser(cluster());
      const begun = await asMhaUser(cluster(), 'mha-helper', 'monitor', 'start', '--conf', APPLICATION_FILE);
      assert.equal(begun.code, 0, begun.stderr);
      await untilProtected(cluster(), 'db10');
      assert.equal((await mhaStatus(cluster())).code, 0);
      await cluster().killMysqld('db10');
      const left = await untilStatus(cluster(), 'the failover to db11', ({ lastFailover }) => lastFailover !== null);
      assert.deepEqual(
        [left.lastFailover?.from, left.lastFailover?.to, left.lastFailover?.partial, left.absent],
        ['db10', 'db11', false, ['db10']],
      );
      // db12 is no_master: with db10 away nobody is left that could become master, and MHA says so.
      const alone = await untilStatus(cluster(), 'the incident', ({ incident }) => incident !== null);
      assert.equal(alone.protected, false);
      assert.match(
        alone.incident ?? '',
        /NOT PROTECTED: 3 attempts in a row failed\. The last: .*None of slaves can be master/,
      );
      await bringBack(cluster(), 'db10', 'db11');
      const again = await untilProtected(cluster(), 'db11');
      assert.deepEqual(again.absent, []);
      await cluster().killMysqld('db11');
      const back = await untilStatus(
        cluster(),
        'the failover to db10',
        ({ lastFailover }) => lastFailover?.from === 'db11',
      );
      assert.equal(back.lastFailover?.to, 'db10');
      await assertWhole(cluster(), 'db10', writer);
      assert.doesNotMatch(await monitorLog(cluster()), /defect|internal|EACCES/);
      assert.equal(
        (await cluster().exec('mgr', ['find', '/var/lib/mha-helper', '-type', 'f', '!', '-user', MHA_USER])).stdout,
        '',
      );
      assert.equal((await asMhaUser(cluster(), 'mha-helper', 'monitor', 'stop', '--conf', APPLICATION_FILE)).code, 0);
      assert.deepEqual(await managerPids(cluster()), []);
    },
  );

  testThoroughly(
    "a replica is lost in the middle of the failover (MHA's exit 10); then a server that is back and that MHA " +
      'refuses',
    async () => {
      const hook = '/usr/local/bin/hook-and-db12-dies';
      // A server that is told to shut down takes its time.
      await cluster().writeFile('mgr', {
        path: hook,
        mode: '755',
        content:
          '#!/bin/sh\nmaster_ip_hard_failover_helper "$@" || exit\ncase "$*" in *--command=start*)\n' +
          'says() { mariadb -h db12 -umha_helper -phelper -e "$1"; }\n' +
          'says SHUTDOWN; while says "DO 0" 2>/dev/null; do sleep 0.1; done ;;\nesac\nexit 0\n',
      });
      await cluster().configure({
        ...quickMonitor,
        application: {
          'server default': { ping_interval: '1', master_ip_failover_script: hook },
          server3: { no_master: null, candidate_master: '0' },
        },
      });
      const writer = await startWriter(cluster());
      await startMonitor(cluster());
      await untilProtected(cluster(), 'db10');
      await cluster().killMysqld('db10');
      const partial = await untilStatus(cluster(), 'the failover', ({ lastFailover }) => lastFailover !== null);
      assert.deepEqual(
        [partial.lastFailover?.to, partial.lastFailover?.partial, partial.absent],
        ['db11', true, ['db10']],
      );
      assert.match(
        await monitorLog(cluster()),
        /warning: test_cluster: some replicas do not follow db11; see MHA's log/,
      );
      await assertWhole(cluster(), 'db11', writer);
      const alone = await untilStatus(cluster(), 'the incident', ({ incident }) => incident !== null);
      assert.match(alone.incident ?? '', /NOT PROTECTED: 3 attempts in a row failed/);
      assert.deepEqual(alone.absent, ['db10'], 'a replica that is lost is not left out by itself');
      // MHA leaves the new master as the dead one's replica then, and says so when it starts again.
      assert.match(alone.incident ?? '', /from which slave db11.* replicates is not defined/);
      await cluster().sql('db11', 'RESET SLAVE ALL');
      await bringBack(cluster(), 'db12', 'db11');
      const reduced = await untilProtected(cluster(), 'db11');
      await bringBack(cluster(), 'db10', 'db11', '--replicate-ignore-db=other');
      // On a busy machine a ping fails now and then.
      const refused = await untilStatus(cluster(), 'the refusal', (one) => one.refusal !== null && one.protected);
      assert.match(refused.refusal ?? '', /db10 replicates again, but MHA would not start with it: .*filter/i);
      assert.deepEqual([refused.protected, refused.managerPid, refused.absent], [true, reduced.managerPid, ['db10']]);
      const { stdout } = await monitor(cluster(), 'status');
      assert.match(stdout, / {2}left out {3}db10: db10 replicates again, but MHA would not start/);
    },
  );

  testThoroughly(
    'with another candidate left it protects at once without the dead master, and takes it in again without a ' +
      'hand',
    async () => {
      await cluster().configure({
        application: { ...quickMonitor.application, server3: { no_master: null, candidate_master: '1' } },
        helper: { default: { ...quickMonitor.helper.default, auto_rejoin: 'yes', watch_interval: '2' } },
      });
      await startMonitor(cluster());
      await untilProtected(cluster(), 'db10');
      await cluster().killMysqld('db10');
      const reduced = await untilProtected(cluster(), 'db11');
      assert.deepEqual([reduced.absent, reduced.incident], [['db10'], null]);
      assert.equal((await mhaStatus(cluster())).code, 0, "MHA's own programs find it under the operator's file");
      // Nobody does more than start its mysqld: auto_rejoin makes it a replica.
      await cluster().startMysqld('db10', '--read-only=0');
      const whole = await untilStatus(
        cluster(),
        'db10 to be taken in',
        (found) => found.absent.length === 0 && found.protected && found.managerPid !== reduced.managerPid,
      );
      assert.notEqual(whole.managerPid, reduced.managerPid);
      assert.deepEqual([whole.orders, whole.findings], [[], []]);
      const subjects = (await cluster().mails()).map(({ headers }) => headers['subject'] ?? '');
      const told = ['db10 is back and was closed', 'db10 has nothing more', 'auto_rejoin of db10'];
      for (const subject of told) assert.ok(subjects.includes(`test_cluster: ${subject}`), subjects.join('; '));
      assert.doesNotMatch(subjects.join('\n'), /PROTECTED|over:/);

      // Somebody removes the address by hand.
      const remove = ['ip', 'addr', 'del', WRITER_CIDR, 'dev', HOSTS.db11.interface];
      assert.equal((await cluster().exec('db11', remove)).code, 0);
      const misplaced = await untilStatus(cluster(), 'the address to be missed', ({ findings }) => findings.length > 0);
      assert.match(misplaced.findings.join(), /is on no host.*run "mha-helper vip assign db11 -c \/etc\/mha\/test_/);
      const missed = await monitor(cluster(), 'status');
      assert.deepEqual([missed.code, /NOT PROTECTED: the writer address/.test(missed.stdout)], [20, true]);
      await cluster().exec('mgr', ['mha-helper', 'vip', 'assign', 'db11', '-c', APPLICATION_FILE]);
      await untilProtected(cluster(), 'db11');
      await waitUntil('both mails', 20_000, async () => {
        const mails = (await cluster().mails()).map(({ headers }) => headers['subject'] ?? '');
        return ['WRITER ADDRESS', 'over: WRITER ADDRESS'].every((what) =>
          mails.includes(`test_cluster: ${what} MISPLACED`),
        );
      });
    },
  );

  testThoroughly(
    'one of two clusters is paused, resumed, stopped and started alone; a switch has its own pause',
    async () => {
      const other = '/etc/mha/other.conf';
      const helper = (...words: readonly string[]): Promise<CommandOutcome> =>
        cluster().exec('mgr', ['mha-helper', ...words], { timeoutMs: 120_000 });
      // One whose failover has failed needs no manager.
      const copy = `cp ${APPLICATION_FILE} ${other} && touch ${WORK_DIRECTORY}/other.failover.error`;
      await cluster().exec('mgr', ['sh', '-c', copy]);
      await startMonitor(cluster(), '-c', other);
      const { monitorPid } = await untilProtected(cluster(), 'db10');

      const words = ['-c', CLUSTER, '--for', '1h', '--reason', 'rack 4'];
      const paused = await helper('pause', ...words);
      assert.deepEqual([paused.code, paused.stderr], [0, '']);
      assert.match(paused.stdout, /^paused until \S+Z: no automatic failover; mha-helper resume -c \/etc\/mha\/test/m);
      assert.deepEqual(await managerPids(cluster()), []);
      await killInManager(cluster(), monitorPid);
      assert.equal((await monitor(cluster(), 'start', '-c', other)).code, 0);
      const kept = await untilStatus(cluster(), 'the next monitor', (found) => found.monitorPid !== null);
      assert.deepEqual([kept.managerPid, kept.protected, kept.pauses[0]?.reason], [null, false, 'rack 4']);
      const shown = await helper('status', '-c', CLUSTER);
      assert.match(shown.stdout, /NOT PROTECTED: paused until .*\n?.*rack 4.*/);
      const resumed = await helper('resume', '-c', CLUSTER);
      assert.deepEqual([resumed.code, resumed.stderr], [0, ''], resumed.stdout);
      await untilProtected(cluster(), 'db10');

      const stopped = await monitor(cluster(), 'stop');
      assert.match(
        stopped.stdout,
        /^masterha_manager of test_cluster is stopped; the monitor .* goes on with the others/,
      );
      assert.deepEqual([stopped.code, (await status(cluster())).monitorPid], [0, kept.monitorPid]);
      const started = await monitor(cluster(), 'start');
      assert.equal(started.code, 0, started.stderr);
      assert.match(started.stdout, /^test_cluster is monitored again by process \d+$/m);

      const switched = await helper('failover', '--online', '--to', 'db11', '-c', CLUSTER);
      assert.deepEqual([switched.code, switched.stderr], [0, '']);
      assert.match(switched.stdout, /masterha_manager is stopped until the switch is over/);
      assert.match(switched.stdout, /masterha_manager monitors the cluster again/);
      assert.deepEqual((await untilProtected(cluster(), 'db11')).monitorPid, kept.monitorPid);

      // Whatever ends the switch, the protection comes back.
      const killed = cluster().spawn('mgr', ['mha-helper', 'failover', '--online', '-c', CLUSTER]);
      const held = await untilStatus(cluster(), 'the pause of the switch', ({ pauses }) => pauses.length > 0);
      const pid = /process (\d+)/.exec(held.pauses[0]?.text ?? '')?.[1];
      await killInManager(cluster(), Number(pid));
      assert.notEqual(await killed.ended, 0);
      await untilStatus(cluster(), 'protection', (found) => found.protected && found.pauses.length === 0);

      const mails = (await cluster().mails()).map(({ headers }) => headers['subject'] ?? '');
      const about = mails
        .filter((subject) => subject.startsWith('test_cluster'))
        .map((one) => one.replace(/ 20\S+/, ''));
      const expected = ['PAUSED until', 'over: PAUSED until', 'STOPPED', 'over: STOPPED'];
      assert.deepEqual(
        about,
        expected.map((subject) => `test_cluster: ${subject}`),
      );
      assert.equal((await monitor(cluster(), 'stop', '-c', other)).code, 0);
      await cluster().exec('mgr', ['rm', other]);
    },
  );

  testThoroughly(
    'one manager through all: started by hand, watched, orphaned by a kill -9 of the monitor, taken over, ' +
      'killed with -9 itself',
    async () => {
      const byHand = cluster().spawn('mgr', [
        'mha-helper',
        'mha',
        'masterha_manager',
        `--conf=/etc/mha/${CLUSTER}.conf`,
      ]);
      await waitUntil('the manager', 60_000, async () => (await mhaStatus(cluster())).code === 0);
      await startMonitor(cluster());
      const first = await untilProtected(cluster(), 'db10');
      assert.deepEqual(await managerPids(cluster()), [first.managerPid], 'not doubled');
      assert.match(await monitorLog(cluster()), /runs already and is watched from now on/);

      await killInManager(cluster(), first.monitorPid);
      const orphaned = await untilStatus(cluster(), 'the end of the monitor', ({ monitorPid }) => monitorPid === null);
      assert.equal(orphaned.managerPid, first.managerPid);
      assert.match(orphaned.why ?? '', /nobody would start it again/);
      const nobody = await monitor(cluster(), 'stop');
      assert.match(
        nobody.stdout + nobody.stderr,
        new RegExp(`masterha_manager \\(pid ${first.managerPid}\\) goes on without a monitor`),
      );
      await startMonitor(cluster(), '--metrics', '127.0.0.1:9399');
      const second = await untilProtected(cluster(), 'db10');
      assert.equal(second.managerPid, first.managerPid);
      assert.deepEqual(await managerPids(cluster()), [first.managerPid]);

      const twice = await monitor(cluster(), 'start');
      assert.equal(twice.code, 9);
      assert.match(twice.stderr, /test_cluster is monitored already, by process \d+/);
      const run = await cluster().exec('mgr', ['mha-helper', 'monitor', 'run', '--all']);
      assert.equal(run.code, 9, run.stderr);
      await killInManager(cluster(), first.managerPid);
      assert.notEqual(await byHand.ended, 0);
      const next = await untilStatus(
        cluster(),
        'another manager',
        (found) => found.protected && found.managerPid !== first.managerPid,
      );
      assert.deepEqual(await managerPids(cluster()), [next.managerPid], 'one');
      assert.match(
        await monitorLog(cluster()),
        /warning: test_cluster: masterha_manager has ended.*next attempt in 1 s/,
      );
      await killInManager(cluster(), next.managerPid);
      const third = await untilStatus(
        cluster(),
        'a third manager',
        (found) => found.protected && found.managerPid !== next.managerPid,
      );
      assert.equal(third.restarts, 1, 'of those that the monitor has started');
      assert.match(
        await monitorLog(cluster()),
        /warning: test_cluster: masterha_manager has ended with exit code 137.*next attempt in [12] s/,
      );
      assert.deepEqual(await cluster().mails(), []);
      await waitUntil('the metrics', 10_000, async () =>
        (await metrics(cluster())).includes('mha_protected{cluster="test_cluster"} 1\n'),
      );
      assert.match(await metrics(cluster()), /^mha_manager_restarts_total\{cluster="test_cluster"\} 1$/m);
      await cluster().killMysqld('db10');
      await untilStatus(cluster(), 'the failover under it', ({ lastFailover }) => lastFailover?.to === 'db11');
    },
  );

  test('what cannot be monitored is an error, and nothing is started for it', async () => {
    await cluster().configure(quickMonitor);
    const start = (...words: readonly string[]): Promise<CommandOutcome> =>
      cluster().exec('mgr', ['mha-helper', 'monitor', 'start', ...words]);
    await cluster().exec('mgr', ['cp', APPLICATION_FILE, `/root/${CLUSTER}.conf`]);
    for (const [conf, code, line] of [
      ['/etc/mha/gone.cnf', 3, /cannot read MHA's configuration file \/etc\/mha\/gone\.cnf: there is no such file/],
      [HELPER_FILE, 3, /is mha-helper's own configuration, and MHA's is needed here -- it is /],
    ] as const) {
      const refused = await start('-c', conf);
      assert.deepEqual([refused.code, refused.stdout], [code, '']);
      assert.match(refused.stderr, line);
    }
    await startMonitor(cluster());
    const { monitorPid } = await untilProtected(cluster(), 'db10');
    const other = `/root/${CLUSTER}.conf`;
    for (const command of ['start', 'stop', 'status']) {
      const refused = await cluster().exec('mgr', ['mha-helper', 'monitor', command, '-c', other]);
      assert.equal(refused.code, 9, refused.stdout);
      assert.match(refused.stderr, /the cluster "test_cluster" is already that of \/etc\/mha\/test_cluster\.conf/);
    }
    assert.equal((await status(cluster())).monitorPid, monitorPid);
    await monitor(cluster(), 'stop');
    await cluster().exec('mgr', ['rm', other]);
  });

  testThoroughly(
    'an error in the configuration is told once, and fixed without a restart of the monitor; restart; not ' +
      'protected within last_failover_minute; stop',
    async () => {
      await cluster().configure({
        application: { 'server default': { ping_interval: '1' } },
        helper: { default: { last_failover_minute: '60' } },
      });
      await startMonitor(cluster());
      const { managerPid } = await untilProtected(cluster(), 'db10');
      const slip = String.raw`s/^\[server default\]/&\nping_intervall=1/`;
      await cluster().exec('mgr', ['sed', '-i', slip, APPLICATION_FILE]);
      await killInManager(cluster(), managerPid);
      const broken = await untilStatus(cluster(), 'the incident', ({ incident }) => incident !== null);
      assert.match(
        broken.incident ?? '',
        /NOT PROTECTED: 3 attempts in a row failed\. .*MHA has no parameter ping_intervall/,
      );
      await cluster().exec('mgr', ['sed', '-i', '/ping_intervall/d', `/etc/mha/${CLUSTER}.conf`]);
      await untilProtected(cluster(), 'db10');
      await waitUntil('both mails', 60_000, async () => (await cluster().mails()).length === 2);
      assert.deepEqual(
        (await cluster().mails()).map(({ headers }) => headers['subject']),
        ['test_cluster: NOT PROTECTED', 'test_cluster: protected again'],
      );
      const fixed = await status(cluster());
      assert.equal(fixed.incident, null);

      // By the old names.
      assert.equal(
        (await cluster().exec('mgr', ['mha_manager_daemon', `--conf=/etc/mha/${CLUSTER}.conf`, 'restart'])).code,
        0,
      );
      const restarted = await untilProtected(cluster(), 'db10');
      assert.notEqual(restarted.monitorPid, fixed.monitorPid);
      assert.equal(
        (await cluster().exec('mgr', ['mha_manager_daemon', `--conf=/etc/mha/${CLUSTER}.conf`, 'status'])).code,
        0,
      );
      await cluster().exec('mgr', ['touch', `${WORK_DIRECTORY}/${CLUSTER}.failover.complete`]);
      const held = await untilStatus(cluster(), 'a ping', ({ state }) => state === 'PING_OK');
      assert.equal(held.protected, false);
      assert.match(held.why ?? '', /no failover before .*last_failover_minute = 60/);
      assert.equal(
        (await cluster().exec('mgr', ['mha_manager_daemon', `--conf=/etc/mha/${CLUSTER}.conf`, 'stop'])).code,
        0,
      );
      const ended = await status(cluster());
      assert.deepEqual(
        [ended.state, ended.managerPid, ended.monitorPid, ended.protected],
        ['NOT_RUNNING', null, null, false],
      );
      assert.equal((await monitor(cluster(), 'status')).code, 20);
    },
  );
});
