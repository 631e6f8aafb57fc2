import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { WORK_DIRECTORY } from '../lab/exampleConfiguration.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, clusterLab } from './cluster.ts';
import { bringBack, CLUSTER, killInManager, managerPids, metrics, mhaStatus, monitor, monitorLog, quickMonitor, startMonitor, status, untilProtected, untilStatus } from './monitored.ts';

describe('the monitor keeps masterha_manager running', { concurrency: false }, () => {
  let lab: Lab | undefined;
  const cluster = (): Lab => lab ?? assert.fail('no lab');
  before(async () => { lab = await clusterLab(); });
  beforeEach(async () => {
    await cluster().resetTopology();
    await cluster().configure(quickMonitor);
  });
  after(async () => { await lab?.stop(); });

  test('two failovers in a row: db10 dies, is brought back as a replica, db11 dies', async () => {
    const writer = await startWriter(cluster());
    await startMonitor(cluster());
    await untilProtected(cluster(), 'db10');
    assert.equal((await mhaStatus(cluster())).code, 0);
    await cluster().killMysqld('db10');
    const left = await untilStatus(cluster(), 'the failover to db11', ({ lastFailover }) => lastFailover !== null);
    assert.deepEqual([left.lastFailover?.from, left.lastFailover?.to, left.lastFailover?.partial, left.absent], ['db10', 'db11', false, ['db10']]);
    // db12 is no_master: with db10 away nobody is left that could become master, and MHA says so.
    const alone = await untilStatus(cluster(), 'the incident', ({ incident }) => incident !== null);
    assert.equal(alone.protected, false);
    assert.match(alone.incident ?? '', /NOT PROTECTED: 3 attempts in a row failed\. The last: .*None of slaves can be master/);
    await bringBack(cluster(), 'db10', 'db11');
    const again = await untilProtected(cluster(), 'db11');
    assert.deepEqual(again.absent, []);
    await cluster().killMysqld('db11');
    const back = await untilStatus(cluster(), 'the failover to db10', ({ lastFailover }) => lastFailover?.from === 'db11');
    assert.equal(back.lastFailover?.to, 'db10');
    await assertWhole(cluster(), 'db10', writer);
    assert.doesNotMatch(await monitorLog(cluster()), /defect|internal/);
    assert.equal((await monitor(cluster(), 'stop')).code, 0);
    assert.deepEqual(await managerPids(cluster()), []);
  });

  test('with another candidate left it protects at once without the dead master, and takes it in again without a hand', async () => {
    await cluster().configure({ ...quickMonitor, application: { ...quickMonitor.application, server3: { no_master: null, candidate_master: '1' } } });
    await startMonitor(cluster());
    await untilProtected(cluster(), 'db10');
    await cluster().killMysqld('db10');
    const reduced = await untilProtected(cluster(), 'db11');
    assert.deepEqual([reduced.absent, reduced.incident], [['db10'], null]);
    assert.equal((await mhaStatus(cluster())).code, 0, 'MHA\'s own programs find it under the operator\'s file');
    await bringBack(cluster(), 'db10', 'db11');
    const whole = await untilStatus(cluster(), 'db10 to be taken in', (found) => found.absent.length === 0 && found.protected);
    assert.notEqual(whole.managerPid, reduced.managerPid);
    assert.equal((await cluster().mails()).filter(({ headers }) => /PROTECTED/.test(headers['subject'] ?? '')).length, 0);
  });

  test('the monitor is killed with -9: the manager goes on, and the next monitor takes it over', async () => {
    await startMonitor(cluster());
    const first = await untilProtected(cluster(), 'db10');
    await killInManager(cluster(), first.monitorPid);
    const orphaned = await untilStatus(cluster(), 'the end of the monitor', ({ monitorPid }) => monitorPid === null);
    assert.equal(orphaned.managerPid, first.managerPid);
    assert.match(orphaned.why ?? '', /nobody would start it again/);
    await startMonitor(cluster());
    const second = await untilProtected(cluster(), 'db10');
    assert.equal(second.managerPid, first.managerPid);
    assert.deepEqual(await managerPids(cluster()), [first.managerPid]);
    await cluster().killMysqld('db10');
    await untilStatus(cluster(), 'the failover under the second', ({ lastFailover }) => lastFailover?.to === 'db11');
  });

  test('masterha_manager is killed with -9: another is started, once', async () => {
    await startMonitor(cluster(), '--metrics', '127.0.0.1:9399');
    const first = await untilProtected(cluster(), 'db10');
    await killInManager(cluster(), first.managerPid);
    const next = await untilStatus(cluster(), 'another manager', (found) => found.protected && found.managerPid !== first.managerPid);
    assert.equal(next.restarts, 1);
    assert.deepEqual(await managerPids(cluster()), [next.managerPid]);
    assert.match(await monitorLog(cluster()), /warning: test_cluster: masterha_manager has ended with exit code 137.*next attempt in 1 s/);
    assert.deepEqual(await cluster().mails(), []);
    await waitUntil('the metrics', 10_000, async () => (await metrics(cluster())).includes('mha_protected{cluster="test_cluster"} 1\n'));
    assert.match(await metrics(cluster()), /^mha_manager_restarts_total\{cluster="test_cluster"\} 1$/m);
  });

  test('a manager that somebody has started by hand is watched, not doubled', async () => {
    const byHand = cluster().spawn('mgr', ['mha-helper', 'mha', 'masterha_manager', `--conf=/etc/mha/${CLUSTER}.conf`]);
    await waitUntil('the manager', 60_000, async () => (await mhaStatus(cluster())).code === 0);
    await startMonitor(cluster());
    const found = await untilProtected(cluster(), 'db10');
    assert.deepEqual(await managerPids(cluster()), [found.managerPid]);
    assert.match(await monitorLog(cluster()), /runs already and is watched from now on/);
    assert.equal((await monitor(cluster(), 'stop')).code, 0);
    assert.equal(await byHand.ended, 1);
  });

  test('a second monitor of the same cluster is refused; stop and start again work', async () => {
    await startMonitor(cluster());
    const first = await untilProtected(cluster(), 'db10');
    const second = await monitor(cluster(), 'start');
    assert.equal(second.code, 9);
    assert.match(second.stderr, /test_cluster is monitored already, by process \d+/);
    const run = await cluster().exec('mgr', ['mha-helper', 'monitor', 'run', '--all']);
    assert.equal(run.code, 9, run.stderr);
    assert.equal((await cluster().exec('mgr', ['mha_manager_daemon', `--conf=/etc/mha/${CLUSTER}.conf`, 'restart'])).code, 0);
    const restarted = await untilProtected(cluster(), 'db10');
    assert.notEqual(restarted.monitorPid, first.monitorPid);
    assert.equal((await cluster().exec('mgr', ['mha_manager_daemon', `--conf=/etc/mha/${CLUSTER}.conf`, 'status'])).code, 0);
    assert.equal((await cluster().exec('mgr', ['mha_manager_daemon', `--conf=/etc/mha/${CLUSTER}.conf`, 'stop'])).code, 0);
    const ended = await status(cluster());
    assert.deepEqual([ended.state, ended.managerPid, ended.monitorPid, ended.protected], ['NOT_RUNNING', null, null, false]);
    assert.equal((await monitor(cluster(), 'status')).code, 20);
  });

  test('an error in the configuration is told once, and mended without a restart of the monitor', async () => {
    await cluster().configure({ ...quickMonitor, application: { 'server default': { ping_interval: '1', ping_intervall: '1' } } });
    await startMonitor(cluster());
    const broken = await untilStatus(cluster(), 'the incident', ({ incident }) => incident !== null);
    assert.match(broken.incident ?? '', /NOT PROTECTED: 3 attempts in a row failed\. .*MHA has no parameter ping_intervall/);
    await cluster().exec('mgr', ['sed', '-i', '/ping_intervall/d', `/etc/mha/${CLUSTER}.conf`]);
    await untilProtected(cluster(), 'db10');
    await waitUntil('both mails', 60_000, async () => (await cluster().mails()).length === 2);
    assert.deepEqual((await cluster().mails()).map(({ headers }) => headers['subject']), ['test_cluster: NOT PROTECTED', 'test_cluster: protected again']);
    assert.equal((await status(cluster())).incident, null);
  });

  test('last_failover_minute: not protected until then, and it says so', async () => {
    await cluster().configure({ application: quickMonitor.application, helper: { default: { last_failover_minute: '60' } } });
    await cluster().exec('mgr', ['touch', `${WORK_DIRECTORY}/${CLUSTER}.failover.complete`]);
    await startMonitor(cluster());
    const held = await untilStatus(cluster(), 'PING_OK', ({ state }) => state === 'PING_OK');
    assert.equal(held.protected, false);
    assert.match(held.why ?? '', /no failover before .*last_failover_minute = 60/);
  });
});
