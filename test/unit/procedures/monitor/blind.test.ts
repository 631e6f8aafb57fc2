// A monitor that cannot look, and accounts that may not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonTools, Tools } from '../../../../src/context/Context.ts';
import type { Mail } from '../../../../src/context/Mail.ts';
import { MonitorSessions } from '../../../../src/procedures/managers/MonitorSessions.ts';
import { ClusterMonitor } from '../../../../src/procedures/monitor/ClusterMonitor.ts';
import { knownClusters } from '../../../../src/procedures/monitor/clusterName.ts';
import { holderOf } from '../../../../src/procedures/monitor/locks.ts';
import { runMonitor } from '../../../../src/procedures/monitor/runMonitor.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { MemoryFiles } from '../../../doubles/files.ts';
import { KeptLog } from '../../../doubles/log.ts';

const conf = '/etc/mha/a.cnf';
const application = 'manager_workdir=/work\n[server1]\nhostname=db10\n';

function world() {
  const stop = new AbortController();
  const mails: string[] = [];
  const files = new MemoryFiles({
    [conf]: `[server default]\n${application}`,
    '/etc/mha-helper/a.conf': '[default]\nreport_email = one@x\n[db10]\n',
  });
  const tools = {
    clock: new FakeClock(),
    log: new KeptLog(),
    files,
    interrupted: stop.signal,
    places: { configDirectory: '/etc/mha-helper', stateDirectory: '/state', hostname: 'mgr', pid: 7 },
    connect: {
      sendMail: (mail: Mail) => {
        mails.push(mail.subject);
        return Promise.resolve();
      },
    },
  };
  const locked: string[] = [];
  const daemon = {
    processes: {
      identify: (pid: number) => ({ pid, startTicks: '1' }),
      isAlive: () => true,
      find: () => [],
      exitCode: () => null,
    },
    files: {
      modifiedAt: () => Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })),
      replace: (path: string, text: string) => files.append(path, text),
      tail: () => Promise.resolve(''),
      lock: (path: string) => {
        locked.push(path);
        return Promise.resolve(null);
      },
    },
    serveMetrics: () => Promise.reject(new Error('address in use')),
  };
  return {
    stop,
    mails,
    tools: tools as unknown as Tools & { clock: FakeClock; log: KeptLog },
    files,
    daemon: daemon as unknown as DaemonTools,
    locked,
  };
}

test('a cluster that cannot be looked at: a person is told, and stop does not wait for ever', async () => {
  const { stop, mails, tools, daemon } = world();
  const monitor = new ClusterMonitor(conf, tools, daemon, new MonitorSessions(tools, daemon));
  const sleep = tools.clock.sleep.bind(tools.clock);
  tools.clock.sleep = async (ms) => {
    if (tools.clock.monotonic() > 90_000) stop.abort();
    assert.ok(tools.clock.monotonic() < 120_000, 'it still waits');
    await new Promise(setImmediate);
    return sleep(ms);
  };
  await monitor.run(stop.signal);
  assert.deepEqual(mails, ['a: NOT PROTECTED', 'a: CLUSTER NOT SEEN']);
  assert.match(monitor.record.state.incident?.text ?? '', /the monitor cannot look at the cluster: .*EACCES/);
  assert.match(tools.log.lines.at(-1) ?? '', /ends without having seen the end of masterha_manager/);
});

test("who may not read the monitor's files is told so, and not that nothing is monitored", async () => {
  const { tools, daemon } = world();
  const denied = (): Promise<never> => Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' }));
  const blind = { ...tools, files: { ...tools.files, read: denied, list: denied } };
  await assert.rejects(holderOf('a', blind, daemon), /cannot read \/state\/monitor\/a\.lock: permission denied/);
  await assert.rejects(knownClusters(blind), /cannot read \/state\/monitor: permission denied/);
  assert.equal(await holderOf('a', tools, daemon), null);
  assert.deepEqual(await knownClusters(tools), []);
});

test('an address for --metrics that is taken is found before the locks, which say that the monitor is up', async () => {
  const { tools, daemon, locked } = world();
  await assert.rejects(
    runMonitor({ conf: [conf], metrics: { host: '127.0.0.1', port: 1 } }, tools, daemon),
    /address in use/,
  );
  assert.deepEqual(locked, []);
});
