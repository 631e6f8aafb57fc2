// What scenarios with several managers share. The lab has mgr1 (its host `mgr`), mgr2 and perhaps mgr3, and they share
// etcd1 to etcd3. What each manager asked of the servers is in their own general logs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { logStatements } from '../faults/managerActs.ts';
import type { ClusterStatus } from '../../src/procedures/monitor/monitorStatus.ts';
import { APPLICATION_FILE, type Sections } from '../lab/exampleConfiguration.ts';
import { script } from '../lab/hostFiles.ts';
import { ETCD_NAMES, type HostName, HOSTS, type ManagerName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { processesUnder, waitUntil } from '../lab/processes.ts';

export const TTL_SECONDS = 5;

/** For `[default]` of the helper's file: short times. */
export const quickManagers: Sections = {
  default: { last_failover_minute: '0', run_timeout: '15', kill_after_timeout: '2', ha_ttl: String(TTL_SECONDS) },
};

/** All managers are configured alike, and no monitor runs. */
export async function prepareManagers(lab: Lab): Promise<void> {
  await lab.configure({ application: { 'server default': { ping_interval: '1' } }, helper: quickManagers });
  await logStatements(lab);
}

/** SIGSTOP or SIGCONT of two of the three members of etcd: a majority. */
export function stopMajority(lab: Lab, isStopped: boolean): void {
  for (const name of ETCD_NAMES.slice(0, 2))
    signalAll(managerProcesses(lab, name, /etcd/), isStopped ? 'SIGSTOP' : 'SIGCONT');
}

/** No packet from a manager reaches etcd; all else does. Its connections hear nothing, not even an end. */
export async function cutFromStore(lab: Lab, name: ManagerName, isCut: boolean): Promise<void> {
  for (const member of ETCD_NAMES) await cutFrom(lab, name, member, isCut);
}

/** No packet from a manager reaches that host; all else does. */
export async function cutFrom(lab: Lab, name: ManagerName, host: HostName, isCut: boolean): Promise<void> {
  const neighbour = `${HOSTS[host].ipv4} dev ${HOSTS[name].interface}`;
  const cut = `ip neigh replace ${neighbour} lladdr 02:00:00:00:00:99 nud permanent`;
  await script(lab.holder.hostInits[name], [isCut ? cut : `ip neigh del ${neighbour}`]);
}

export async function startMonitorOn(lab: Lab, name: ManagerName): Promise<void> {
  const { code, stdout, stderr } = await lab.exec(name, ['mha-helper', 'monitor', 'start', '-c', APPLICATION_FILE], {
    timeoutMs: 90_000,
  });
  assert.equal(code, 0, stdout + stderr);
}

export async function statusOn(lab: Lab, name: ManagerName): Promise<ClusterStatus> {
  const { stdout, stderr } = await lab.exec(name, [
    'mha-helper',
    'monitor',
    'status',
    '-c',
    APPLICATION_FILE,
    '--json',
  ]);
  return (JSON.parse(stdout || '[]') as ClusterStatus[])[0] ?? assert.fail(stderr);
}

export function untilOn(
  lab: Lab,
  name: ManagerName,
  what: string,
  test: (status: ClusterStatus) => boolean,
): Promise<ClusterStatus> {
  return untilOneOf(lab, [name], what, test);
}

/** Whichever manager it is that says so. */
export function untilOnAny(lab: Lab, what: string, test: (status: ClusterStatus) => boolean): Promise<ClusterStatus> {
  return untilOneOf(lab, lab.managers, what, test);
}

async function untilOneOf(
  lab: Lab,
  names: readonly ManagerName[],
  what: string,
  test: (status: ClusterStatus) => boolean,
): Promise<ClusterStatus> {
  let last: readonly ClusterStatus[] = [];
  const one = async (): Promise<ClusterStatus | undefined> => {
    last = await Promise.all(names.map((name) => statusOn(lab, name)));
    return last.find(test);
  };
  try {
    let found: ClusterStatus | undefined;
    await waitUntil(`${what} on ${names.join(' or ')}`, 120_000, async () => (found = await one()) !== undefined);
    return found ?? assert.fail('no status');
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${JSON.stringify(last)}\n${await logsOf(lab)}`, { cause: error });
  }
}

/** It leads, its masterha_manager pings, and the cluster is protected. */
export function untilLeads(lab: Lab, name: ManagerName): Promise<ClusterStatus> {
  return untilOn(lab, name, 'leadership', (one) => one.managers?.standing === 'leader' && one.protected);
}

export async function logsOf(lab: Lab): Promise<string> {
  const texts = await Promise.all(
    lab.managers.map(async (name) => {
      const command = `cat /var/log/mha-helper/monitor.log; tail -n 60 /var/log/mha/test_cluster/test_cluster.log`;
      return `--- ${name}\n${(await lab.exec(name, ['sh', '-c', command]).catch(() => ({ stdout: '' }))).stdout}`;
    }),
  );
  return texts.join('\n');
}

/** Programs there whose command line has that. */
export function managerProcesses(lab: Lab, name: HostName, test: RegExp): readonly number[] {
  const init = lab.holder.hostInits[name];
  return processesUnder(init).filter((pid) => {
    try {
      return test.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
    } catch {
      return false;
    }
  });
}

export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
