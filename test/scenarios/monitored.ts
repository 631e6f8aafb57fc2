// What the scenarios of the monitor share.
import assert from 'node:assert/strict';
import type { ClusterStatus } from '../../src/procedures/monitor/monitorStatus.ts';
import { APPLICATION_FILE, CLUSTER, WORK_DIRECTORY } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { addressOf } from '../lab/databaseServer.ts';
import type { DatabaseName, ManagerName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { managerLog } from './cluster.ts';

export const LOG_FILE = '/var/log/mha-helper/monitor.log';

/** Masters look every second, and a failover may follow another at once. */
export const quickMonitor = {
  application: { 'server default': { ping_interval: '1' } },
  helper: { default: { last_failover_minute: '0' } },
} as const;

export function monitor(
  lab: Lab,
  command: 'start' | 'stop' | 'restart' | 'status',
  ...more: readonly string[]
): Promise<CommandOutcome> {
  return lab.exec('mgr', ['mha-helper', 'monitor', command, '--conf', APPLICATION_FILE, ...more], {
    timeoutMs: 90_000,
  });
}

/**
 * The account that the tests run MHA as where it is not root: as the README says, it may read the configuration and
 * write what is MHA's and the helper's.
 */
export const MHA_USER = 'mha_helper';

export async function giveToMhaUser(lab: Lab): Promise<void> {
  const { code, stderr } = await lab.exec('mgr', [
    'sh',
    '-ec',
    `
    mkdir -p -m 750 /var/lib/mha-helper /var/log/mha-helper
    chgrp ${MHA_USER} /var/lib/mha-helper /var/log/mha-helper; chmod g+w /var/lib/mha-helper /var/log/mha-helper
    chgrp -R ${MHA_USER} /etc/mha-helper /etc/mha; chmod 750 /etc/mha-helper
    chmod 640 /etc/mha-helper/*.conf /etc/mha/*.conf
    chown -R ${MHA_USER} ${WORK_DIRECTORY}`,
  ]);
  assert.equal(code, 0, stderr);
}

export function asMhaUser(lab: Lab, ...argv: readonly string[]): Promise<CommandOutcome> {
  return lab.exec('mgr', ['runuser', '-u', MHA_USER, '--', ...argv], { timeoutMs: 90_000 });
}

export async function startMonitor(lab: Lab, ...more: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await monitor(lab, 'start', ...more);
  assert.equal(code, 0, stdout + stderr);
}

export async function status(lab: Lab): Promise<ClusterStatus> {
  const { stdout, stderr } = await monitor(lab, 'status', '--json');
  assert.notEqual(stdout, '', stderr);
  return (JSON.parse(stdout) as ClusterStatus[])[0] ?? assert.fail('no status');
}

/** @returns the first status that passes. */
export async function untilStatus(
  lab: Lab,
  what: string,
  test: (status: ClusterStatus) => boolean,
  timeoutMs = 180_000,
): Promise<ClusterStatus> {
  let last: ClusterStatus | undefined;
  try {
    await waitUntil(what, timeoutMs, async () => test((last = await status(lab))));
  } catch (error) {
    throw new Error(
      [
        (error as Error).message,
        JSON.stringify(last),
        await monitorLog(lab),
        (await managerLog(lab)).slice(-2500),
      ].join('\n'),
      { cause: error },
    );
  }
  return last ?? assert.fail('no status');
}

export function untilProtected(lab: Lab, master: DatabaseName): Promise<ClusterStatus> {
  return untilStatus(lab, `protection of ${master}`, (found) => found.protected && found.master === master);
}

export async function monitorLog(lab: Lab, host: ManagerName = 'mgr'): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', `cat ${LOG_FILE} 2>/dev/null`])).stdout;
}

/** What Prometheus would get from --metrics 127.0.0.1:9399. */
export async function metrics(lab: Lab): Promise<string> {
  const { stdout, stderr } = await lab.exec('mgr', [
    'perl',
    '-MIO::Socket::INET',
    '-e',
    'my $s = IO::Socket::INET->new("127.0.0.1:9399") or die $!; print $s "GET /metrics ' +
      'HTTP/1.0\\r\\n\\r\\n"; print <$s>',
  ]);
  assert.match(stdout, /^HTTP\/1\.1 200 OK\r\n/, stderr);
  return stdout;
}

/** Processes of masterha_manager that lead a group of their own: what it forks is not counted. */
export async function managerPids(lab: Lab): Promise<number[]> {
  const { stdout } = await lab.exec('mgr', [
    'sh',
    '-c',
    "ps -e -o pid=,pgid=,args= | awk '$1 == $2 && /masterha_manager --conf/ { print $1 }'",
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

export async function killInManager(lab: Lab, pid: number | null, signal = 'KILL'): Promise<void> {
  const { code, stderr } = await lab.exec('mgr', ['kill', `-${signal}`, String(pid)]);
  assert.equal(code, 0, stderr);
}

/**
 * What a DBA does with a dead master: starts it read-only, and lets it replicate: by GTID, or from where MHA's log
 * says.
 */
export async function bringBack(
  lab: Lab,
  host: DatabaseName,
  master: DatabaseName,
  ...options: readonly string[]
): Promise<void> {
  const source = {
    address: addressOf(master),
    ...(lab.server.gtid ? { file: '', position: 0 } : await whereMhaSays(lab)),
  };
  await lab.startMysqld(host, ...options);
  // A replica that was lost goes on with the dead master when it starts.
  await lab.sql(
    host,
    lab.server.replicaStatus.replace(/^SHOW (\w+) STATUS$/, 'STOP $1'),
    ...lab.server.replicate(source),
  );
}

async function whereMhaSays(lab: Lab): Promise<{ file: string; position: number }> {
  const [, file = '', position = ''] =
    [
      ...(await managerLog(lab)).matchAll(
        /Statement should be: CHANGE MASTER TO .*MASTER_LOG_FILE='([^']+)', MASTER_LOG_POS=(\d+)/g,
      ),
    ].at(-1) ?? assert.fail('no statement in the log');
  return { file, position: Number(position) };
}

const HELD = '/tmp/failover-goes-on';

/** A shutdown_script that holds a failover in its middle until `letGo`. */
export async function holdFailovers(
  lab: Lab,
): Promise<{
  application: { 'server default': { ping_interval: string; shutdown_script: string } };
  helper: typeof quickMonitor.helper;
}> {
  const script = '/usr/local/bin/held-shutdown';
  await lab.writeFile('mgr', {
    path: script,
    mode: '755',
    content:
      `#!/bin/sh\ncase "$*" in *--command=status*) exit 0 ;; esac\nuntil test -e ${HELD}; do sleep 0.05; ` +
      `done\nexit 10\n`,
  });
  await lab.exec('mgr', ['rm', '-f', HELD]);
  return {
    application: { 'server default': { ping_interval: '1', shutdown_script: script } },
    helper: quickMonitor.helper,
  };
}

export async function letGo(lab: Lab): Promise<void> {
  await lab.writeFile('mgr', { path: HELD, content: '' });
}

/** masterha_check_status, MHA's own word. */
export async function mhaStatus(lab: Lab): Promise<CommandOutcome> {
  return lab.exec('mgr', ['masterha_check_status', `--conf=${APPLICATION_FILE}`]);
}

export { CLUSTER };
