import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { actsOf, actsOutOfTurn, endLog, reigns } from '../faults/managerActs.ts';
import { etcdObstacle } from '../lab/etcd.ts';
import { orSkip } from '../lab/orSkip.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole } from './cluster.ts';
import {
  cutFrom,
  cutFromStore,
  logsOf,
  managerProcesses,
  prepareManagers,
  signalAll,
  startMonitorOn,
  statusOn,
  stopMajority,
  TTL_SECONDS,
  untilLeads,
  untilOn,
  untilOnAny,
} from './severalManagers.ts';
import { sharedLab } from './sharedLab.ts';
import { testThoroughly } from '../thorough.ts';

const skip = orSkip('several managers', etcdObstacle());
const ours = /masterha_|mha-helper|master_ip_/;

describe('several managers', { concurrency: false, skip }, () => {
  if (skip !== false) return;
  const lab = sharedLab({ managers: 2 });
  beforeEach(async () => {
    await lab().resetTopology();
    await prepareManagers(lab());
    await startMonitorOn(lab(), 'mgr');
    await untilLeads(lab(), 'mgr');
    await startMonitorOn(lab(), 'mgr2');
    await untilOn(lab(), 'mgr2', 'standby', (one) => one.managers?.leader === 'mgr1' && one.protected);
  });

  // Never two managers that act, and no act of an old epoch.
  afterEach(async () => {
    const acts = await actsOf(lab());
    assert.ok(reigns(acts).length > 0, 'the log of acts is empty');
    assert.deepEqual(actsOutOfTurn(acts), [], await logsOf(lab()));
  });

  const now = (): number => Date.now() / 1000;

  testThoroughly('kill -9 of the monitor and masterha_manager of the leader: the other one takes over', async () => {
    const since = now();
    assert.equal(managerProcesses(lab(), 'mgr2', /masterha_manager/).length, 0);
    const unblocked = await lab().exec('mgr2', ['mha-helper', 'monitor', 'unblock', '-c', 'test_cluster']);
    assert.deepEqual([unblocked.code, /nothing is blocked/.test(unblocked.stderr)], [9, true], unblocked.stderr);
    signalAll(managerProcesses(lab(), 'mgr', ours), 'SIGKILL');
    const { managers } = await untilLeads(lab(), 'mgr2');
    assert.ok((managers?.epoch ?? 0) > 0);
    console.error(`takeover seen after ${(now() - since).toFixed(1)} s`);
  });

  test("power off of the leader's host while clients write, then the master dies: failover by the other", async () => {
    const writer = await startWriter(lab());
    const since = now();
    await lab().powerOff('mgr');
    await untilLeads(lab(), 'mgr2');
    console.error(`takeover seen after ${(now() - since).toFixed(1)} s`);
    await lab().killMysqld('db10');
    const { lastFailover } = await untilOn(lab(), 'mgr2', 'the failover', (one) => one.lastFailover !== null);
    assert.deepEqual([lastFailover?.from, lastFailover?.to], ['db10', 'db11']);
    await assertWhole(lab(), 'db11', writer);
  });

  testThoroughly('the leader is stopped for three leases and goes on: it does nothing more', async () => {
    const since = now();
    const stopped = managerProcesses(lab(), 'mgr', ours);
    signalAll(stopped, 'SIGSTOP');
    await untilLeads(lab(), 'mgr2');
    await sleep(Math.max(0, 3000 * TTL_SECONDS - 1000 * (now() - since)));
    signalAll(stopped, 'SIGCONT');
    await untilOn(
      lab(),
      'mgr',
      'standby',
      (one) => one.managers?.standing === 'standby' && one.managers.leader === 'mgr2',
    );
    assert.equal(managerProcesses(lab(), 'mgr', /masterha_manager/).length, 0, await logsOf(lab()));
    await untilLeads(lab(), 'mgr2');
  });

  test('the leader is cut off from etcd alone: its manager ends before the other one starts', async () => {
    await cutFromStore(lab(), 'mgr', true);
    await untilLeads(lab(), 'mgr2');
    assert.equal(managerProcesses(lab(), 'mgr', /masterha_manager/).length, 0);
    assert.match((await statusOn(lab(), 'mgr')).why ?? '', /^etcd does not answer since /);
    await cutFromStore(lab(), 'mgr', false);
    await untilOn(lab(), 'mgr', 'standby', (one) => one.managers?.leader === 'mgr2' && one.protected);
  });

  testThoroughly(
    'the leader is cut off from the master alone: the other one reaches it, and nobody fails over',
    async () => {
      const writer = await startWriter(lab());
      await cutFrom(lab(), 'mgr', 'db10', true);
      const status = await untilOn(
        lab(),
        'mgr',
        'the second look',
        ({ why }) => why?.includes('mgr2: it reaches db10:3306') === true,
      );
      assert.match(status.why ?? '', /secondary_check_script: Master is reachable from at least one/);
      // Twice more as long as MHA takes for its four pings.
      await sleep(10_000);
      assert.deepEqual(await lab().writableServers(), ['db10'], await logsOf(lab()));
      await cutFrom(lab(), 'mgr', 'db10', false);
      await untilLeads(lab(), 'mgr');
      assert.equal((await statusOn(lab(), 'mgr')).lastFailover, null);
      await assertWhole(lab(), 'db10', writer);
    },
  );

  test('the master dies for both: they agree, and the one that leads fails over', async () => {
    const writer = await startWriter(lab());
    await lab().killMysqld('db10');
    const { lastFailover } = await untilOn(lab(), 'mgr', 'the failover', (one) => one.lastFailover !== null);
    assert.deepEqual([lastFailover?.from, lastFailover?.to], ['db10', 'db11']);
    await assertWhole(lab(), 'db11', writer);
    const { stdout } = await lab().exec('mgr', ['cat', '/var/log/mha/test_cluster/test_cluster.log']);
    assert.match(stdout, /^mha-helper: mgr2: db10: cannot connect to MySQL at .*ECONNREFUSED/m);
    assert.match(stdout, /Executing secondary network check script: .*mha-helper secondary-check/);
    assert.doesNotMatch(stdout, /--master_password='?helper/);
  });

  test('etcd loses its majority: no manager, no failover; when it is back the same goes on', async () => {
    stopMajority(lab(), true);
    await untilOn(lab(), 'mgr', 'suspension', (one) => one.managers?.standing !== 'leader');
    // It is told to end in that moment, and the lease that nobody else can have yet leaves it that long.
    await waitUntil(
      'the end of masterha_manager',
      1000 * TTL_SECONDS,
      () => managerProcesses(lab(), 'mgr', /masterha_manager/).length === 0,
    );
    await lab().killMysqld('db10');
    await sleep(8000);
    assert.deepEqual(await lab().writableServers(), []);
    assert.equal((await statusOn(lab(), 'mgr2')).protected, false);
    const online = await lab().exec('mgr', ['mha-helper', 'failover', '--online', '-c', 'test_cluster']);
    assert.notEqual(online.code, 0);
    const dead = await lab().exec('mgr2', ['mha-helper', 'failover', '--dead', 'db10', '-c', 'test_cluster']);
    assert.equal(dead.code, 9, dead.stderr);
    assert.match(dead.stderr, /etcd does not answer .*: nobody can say whether mgr1 \(.*192\.168\.10\.\d+.*\) leads/);
    assert.deepEqual(await lab().writableServers(), []);
    stopMajority(lab(), false);
    // Either may lead by then: the one that led has lost its lease, or has not.
    const { lastFailover } = await untilOnAny(lab(), 'the failover', (one) => one.lastFailover !== null);
    assert.equal(lastFailover?.to, 'db11');
    await assertWhole(lab(), 'db11');
  });

  testThoroughly(
    'etcd is gone and the master dies: a person fails over, and is told whom nobody could ask',
    async () => {
      await endLog(lab());
      const writer = await startWriter(lab());
      const failover = (...more: readonly string[]) =>
        lab().exec(
          'mgr2',
          ['mha-helper', 'failover', '--dead', 'db10', '-c', 'test_cluster', '--without-store', ...more],
          { timeoutMs: 180_000 },
        );
      await lab().killMysqld('db10');
      stopMajority(lab(), true);
      try {
        const early = await failover();
        assert.equal(early.code, 9, early.stderr);
        await untilOn(lab(), 'mgr', 'suspension', (one) => one.managers?.standing !== 'leader');
        await sleep(1000 * TTL_SECONDS);
        const done = await failover();
        assert.match(done.stdout + done.stderr, /nobody could ask mgr1 \(/);
        assert.deepEqual(await lab().writableServers(), ['db11'], done.stdout + done.stderr);
        await assertWhole(lab(), 'db11', writer);
      } finally {
        stopMajority(lab(), false);
      }
      await untilOn(lab(), 'mgr2', 'a leader', (one) => one.managers?.leader != null);
      // Nobody does it again.
      await sleep(10_000);
      assert.deepEqual(await lab().writableServers(), ['db11'], await logsOf(lab()));
    },
  );
});
