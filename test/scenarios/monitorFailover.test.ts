// What happens to the monitor in the middle of a failover, which is held there by a shutdown_script that waits.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE, WORK_DIRECTORY } from '../lab/exampleConfiguration.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, managerLog } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import {
  CLUSTER,
  holdFailovers,
  killInManager,
  letGo,
  managerPids,
  mhaStatus,
  monitor,
  monitorLog,
  startMonitor,
  status,
  untilProtected,
  untilStatus,
} from './monitored.ts';
import { testThoroughly } from '../thorough.ts';

describe('the monitor during a failover', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
    await cluster().configure(await holdFailovers(cluster()));
    await startMonitor(cluster());
    await untilProtected(cluster(), 'db10');
  });

  async function failoverHeld(): Promise<void> {
    const held = async (): Promise<number> => (await managerLog(cluster())).split('Executing SHUTDOWN script').length;
    const earlier = await held();
    await cluster().killMysqld('db10');
    await untilStatus(cluster(), 'the failover to run', ({ state }) => state === 'FAILOVER_RUNNING');
    await waitUntil('the shutdown script', 60_000, async () => (await held()) > earlier);
    assert.equal((await mhaStatus(cluster())).code, 50);
  }

  test(
    'killed with -9: the failover goes on, the next monitor takes it over; its stop waits for the end, and it ' +
      'knows what came of it',
    async () => {
      const writer = await startWriter(cluster());
      await failoverHeld();
      const during = await status(cluster());
      await killInManager(cluster(), during.monitorPid);
      await untilStatus(cluster(), 'the end of the monitor', ({ monitorPid }) => monitorPid === null);
      await startMonitor(cluster());
      const adopted = await untilStatus(
        cluster(),
        'the next monitor',
        ({ monitorPid, state }) => monitorPid !== null && state === 'FAILOVER_RUNNING',
      );
      assert.equal(adopted.managerPid, during.managerPid);
      assert.deepEqual(await managerPids(cluster()), [during.managerPid]);
      const impatient = await monitor(cluster(), 'stop', '--wait', '2');
      assert.equal(impatient.code, 7);
      assert.match(impatient.stdout, /a failover is running in test_cluster: waiting for its end/);
      assert.match(
        impatient.stderr,
        /^mha-helper: the monitor has not ended within 2 s; it ends by itself when the failover is over/m,
      );
      assert.equal((await mhaStatus(cluster())).code, 50);
      const stopping = monitor(cluster(), 'stop');
      await letGo(cluster());
      assert.equal((await stopping).code, 0);
      assert.deepEqual(await managerPids(cluster()), []);
      const ended = await status(cluster());
      assert.deepEqual(
        [ended.monitorPid, ended.lastFailover?.from, ended.lastFailover?.to, ended.absent],
        [null, 'db10', 'db11', ['db10']],
      );
      await assertWhole(cluster(), 'db11', writer);
    },
  );

  testThoroughly(
    'stop --abort does not wait; MHA leaves its error file, and the next monitor waits for a person; killed ' +
      'with -9 later, the next failover ends while nobody looks',
    async () => {
      await failoverHeld();
      const aborted = await monitor(cluster(), 'stop', '--abort');
      assert.equal(aborted.code, 0, aborted.stderr);
      assert.deepEqual(await managerPids(cluster()), []);
      await startMonitor(cluster());
      const blocked = await untilStatus(cluster(), 'the incident', ({ incident }) => incident !== null);
      assert.equal(blocked.protected, false);
      assert.match(blocked.why ?? '', /\.failover\.error is still there/);
      await waitUntil('the mail', 30_000, async () => (await cluster().mails()).length > 0);
      assert.deepEqual(
        (await cluster().mails()).map(({ headers }) => headers['subject']),
        ['test_cluster: FAILOVER FAILED'],
      );
      assert.deepEqual(await managerPids(cluster()), []);
      // The person: the old master is good again, with the address; its flag and MHA's file are not in the way.
      await cluster().startMysqld('db10');
      await cluster().sql('db10', 'SET GLOBAL read_only=0');
      await cluster().exec('mgr', ['mha-helper', 'vip', 'assign', 'db10', '-c', APPLICATION_FILE]);
      for (const host of ['db11', 'db12'] as const) await cluster().sql(host, 'START SLAVE');
      await cluster().exec('mgr', ['rm', `${WORK_DIRECTORY}/${CLUSTER}.failover.error`]);
      await untilProtected(cluster(), 'db10');
      await waitUntil('the other mail', 60_000, async () =>
        (await cluster().mails()).some(({ headers }) => headers['subject'] === 'test_cluster: protected again'),
      );
      assert.match(await monitorLog(cluster()), /\.failover\.error has been removed/);

      await holdFailovers(cluster());
      await failoverHeld();
      await killInManager(cluster(), (await status(cluster())).monitorPid);
      await letGo(cluster());
      await waitUntil('the failover', 180_000, async () => (await managerPids(cluster())).length === 0);
      await startMonitor(cluster());
      const done = await untilStatus(cluster(), 'the record', ({ lastFailover }) => lastFailover !== null);
      assert.deepEqual([done.lastFailover?.from, done.lastFailover?.to, done.absent], ['db10', 'db11', ['db10']]);
    },
  );
});
