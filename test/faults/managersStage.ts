// What the rows with several managers do: mgr1 leads (the host `mgr`), mgr2 and mgr3 stand by.
import { ETCD_NAMES, type EtcdName, type ManagerName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { etcdctl } from '../lab/etcdHosts.ts';
import {
  managerProcesses,
  signalAll,
  startMonitorOn,
  statusOn,
  TTL_SECONDS,
  untilOn,
} from '../scenarios/severalManagers.ts';
import type { Stage } from './stage.ts';

export const leaseMs = 1000 * TTL_SECONDS;
const conf = ['--conf', 'test_cluster'] as const;
const others: readonly ManagerName[] = ['mgr2', 'mgr3'];

/** All monitors run, mgr1 leads, and its masterha_manager looks at the master. */
export async function startMonitors({ lab }: Stage): Promise<void> {
  await startMonitorOn(lab, 'mgr');
  await untilOn(lab, 'mgr', 'pings', ({ managers, state }) => managers?.standing === 'leader' && state === 'PING_OK');
  for (const name of others) await startMonitorOn(lab, name);
  for (const name of others) await untilOn(lab, name, 'a standby', ({ managers }) => managers?.leader === 'mgr1');
}

/** mgr2 or mgr3, when one of them has the key and means to lead or leads. */
export async function untilAnother(
  lab: Lab,
  standing: 'leader' | 'taking over',
  timeoutMs = 120_000,
): Promise<ManagerName> {
  let found: ManagerName | undefined;
  await waitUntil(`another manager that is ${standing}`, timeoutMs, async () => {
    for (const name of others) {
      const { managers } = await statusOn(lab, name);
      if (managers?.standing === standing || managers?.standing === 'leader') found = name;
    }
    return found !== undefined;
  });
  if (found === undefined) throw new Error('no other manager leads');
  return found;
}

/** What `monitor status` says there; its exit code is under that name and the host's. */
export async function statusSaid(stage: Stage, host: ManagerName): Promise<void> {
  await stage.run('monitor status', ['mha-helper', 'monitor', 'status', ...conf], host);
}

/** All that MHA and mha-helper run there, hooks that are held too. */
export function programsOn(stage: Stage, host: ManagerName): readonly number[] {
  return managerProcesses(stage.lab, host, /masterha_|mha-helper|master_ip_|held-(hard|online)/);
}

export function signalOn(stage: Stage, host: ManagerName, signal: NodeJS.Signals): void {
  const found = programsOn(stage, host);
  if (found.length === 0) throw new Error(`nothing of MHA runs on ${host}`);
  signalAll(found, signal);
}

/** The member that leads etcd itself. */
export async function storeLeader({ lab }: Stage): Promise<EtcdName> {
  const { stdout } = await etcdctl(lab.holder, ['endpoint', 'status', '--write-out=json']);
  const all = JSON.parse(stdout) as readonly {
    readonly Endpoint: string;
    readonly Status: { readonly leader: number; readonly header: { readonly member_id: number } };
  }[];
  const index = all.findIndex(({ Status: { leader, header } }) => leader === header.member_id);
  return ETCD_NAMES[index] ?? 'etcd1';
}

/** kill -9 of these members; and they start again with their data. */
export async function restartStore({ lab }: Stage, names: readonly EtcdName[]): Promise<void> {
  for (const name of names) await lab.powerOff(name);
  for (const name of names) await lab.powerOn(name);
}
