// Two manager hosts that share etcd: `mgr`, and `app` besides its clients. Three members of a real etcd, with
// certificates on both sides and accounts, are on db12, which is never a master, at an address of their own. What each
// manager asked of the servers is in their own general logs.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryNames } from '../../src/entryNames.ts';
import type { ClusterStatus } from '../../src/procedures/monitor/monitorStatus.ts';
import { ETCD_PREFIX } from '../lab/etcd.ts';
import { makeCertificates, type Certificate } from '../lab/etcdCertificates.ts';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { script, writeCommand } from '../lab/hostFiles.ts';
import { installHooks } from '../lab/hooks.ts';
import { ADMIN_ACCOUNT, DATABASE_NAMES, HOSTS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { configureManager } from '../lab/mha.ts';
import { serviceDirectory } from '../lab/serviceRoot.ts';
import { processesUnder, waitUntil } from '../lab/processes.ts';

const executable = fileURLToPath(new URL('../../dist/mha-helper', import.meta.url));
const etcdHost = 'db12';
const etcdAddress = '192.168.10.50';
const ports = [2379, 2389, 2399] as const;
const files = '/etc/etcd-lab';

export const MANAGERS = ['mgr', 'app'] as const;
export type ManagerName = (typeof MANAGERS)[number];

export const TTL_SECONDS = 5;
const endpoints = ports.map((port) => `https://${etcdAddress}:${port}`).join(', ');
const haOptions = {
  ha_endpoints: endpoints,
  ha_ca_file: `${files}/ca.pem`,
  ha_cert_file: `${files}/mgr1.pem`,
  ha_key_file: `${files}/mgr1.key`,
  ha_ttl: String(TTL_SECONDS),
};

/** Both hosts are configured alike, and no monitor runs. */
export async function prepareManagers(lab: Lab): Promise<void> {
  const { etcd, clients } = certificates();
  await startEtcdIn(lab, etcd);
  const lines = [
    ...configureManager({
      application: { 'server default': { ping_interval: '1' } },
      helper: { default: { last_failover_minute: '0', run_timeout: '15', kill_after_timeout: '2', ...haOptions } },
    }),
    ...clients,
  ];
  const init = lab.holder.hostInits;
  await script(init.app, [...lab.server.clients]);
  await installHooks(
    init.app,
    executable,
    entryNames.map(({ name }) => name),
  );
  await Promise.all(MANAGERS.map((name) => script(init[name], lines)));
  for (const name of DATABASE_NAMES)
    await lab.sql(name, "SET GLOBAL log_output='TABLE'", 'TRUNCATE mysql.general_log', 'SET GLOBAL general_log=1');
}

function certificates(): { readonly etcd: readonly string[]; readonly clients: readonly string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'mha-lab-etcd-'));
  try {
    const made = makeCertificates(directory, etcdAddress);
    const put = (path: string, name: string): string =>
      writeCommand({ path: `${files}/${name}`, content: readFileSync(path, 'utf8'), mode: '600' });
    const pair = (name: string, { cert, key }: Certificate): string[] => [
      put(cert, `${name}.pem`),
      put(key, `${name}.key`),
    ];
    const ca = put(made.ca, 'ca.pem');
    return {
      etcd: [ca, ...pair('server', made.server), ...pair('root', made.root)],
      clients: [ca, ...pair('mgr1', made.mgr1)],
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function startEtcdIn(lab: Lab, certificateFiles: readonly string[]): Promise<void> {
  const init = lab.holder.hostInits[etcdHost];
  const bin = `${serviceDirectory('etcd')}/usr/bin`;
  const peer = (port: number): string => `http://127.0.0.1:${port + 1}`;
  const cluster = ports.map((port) => `m${port}=${peer(port)}`).join(',');
  await script(init, [
    'rm -rf /run/etcd-lab; mkdir -p /run/etcd-lab',
    `ip addr add ${etcdAddress}/24 dev ${HOSTS[etcdHost].interface}`,
    ...certificateFiles,
  ]);
  // Not by lab.spawn: nsenter stops with the program that it waits for, and does not go on with it.
  const start = (port: number): string => {
    const argv = [
      `${bin}/etcd`,
      `--name=m${port}`,
      `--data-dir=/run/etcd-lab/m${port}`,
      `--listen-client-urls=https://${etcdAddress}:${port}`,
      `--advertise-client-urls=https://${etcdAddress}:${port}`,
      `--listen-peer-urls=${peer(port)}`,
      `--initial-advertise-peer-urls=${peer(port)}`,
      `--initial-cluster=${cluster}`,
      `--cert-file=${files}/server.pem`,
      `--key-file=${files}/server.key`,
      `--trusted-ca-file=${files}/ca.pem`,
      '--client-cert-auth',
      '--heartbeat-interval=50',
      '--election-timeout=500',
      '--bcrypt-cost=4',
      '--logger=zap',
      '--log-level=error',
    ];
    return `setsid ${argv.join(' ')} </dev/null >/run/etcd-lab/log 2>&1 &`;
  };
  await script(init, ports.map(start));
  await waitUntil('etcd', 30_000, async () => (await etcdctl(lab, 'endpoint', 'health')).code === 0);
  const commands = [
    'role add mha',
    `role grant-permission mha --prefix=true readwrite ${ETCD_PREFIX}`,
    'user add root --no-password',
    'user grant-role root root',
    'user add mgr1 --no-password',
    'user grant-role mgr1 mha',
    'auth enable',
  ];
  for (const command of commands) {
    const { code, stderr } = await etcdctl(lab, ...command.split(' '));
    assert.equal(code, 0, `${command}: ${stderr}`);
  }
}

export function etcdctl(lab: Lab, ...args: readonly string[]) {
  return lab.exec(etcdHost, [`${serviceDirectory('etcd')}/usr/bin/etcdctl`, ...args], {
    env: {
      ETCDCTL_API: '3',
      ETCDCTL_ENDPOINTS: endpoints.replaceAll(' ', ''),
      ETCDCTL_CACERT: `${files}/ca.pem`,
      ETCDCTL_CERT: `${files}/root.pem`,
      ETCDCTL_KEY: `${files}/root.key`,
    },
  });
}

/** SIGSTOP or SIGCONT of two of the three members: a majority. */
export async function stopMajority(lab: Lab, isStopped: boolean): Promise<void> {
  const signal = isStopped ? 'STOP' : 'CONT';
  for (const port of ports.slice(0, 2)) await lab.exec(etcdHost, ['pkill', `-${signal}`, '-f', `name=m${port}`]);
}

/** No packet from a manager reaches etcd; all else does. Its connections hear nothing, not even an end. */
export async function cutFromStore(lab: Lab, name: ManagerName, isCut: boolean): Promise<void> {
  const neighbour = `${etcdAddress} dev ${HOSTS[name].interface}`;
  const cut = `ip neigh replace ${neighbour} lladdr 02:00:00:00:00:99 nud permanent`;
  await script(lab.holder.hostInits[name], [isCut ? cut : `ip neigh del ${neighbour}`]);
}

/** No packet from a manager reaches a server; all else does. */
export async function cutFromServer(
  lab: Lab,
  name: ManagerName,
  server: keyof typeof HOSTS,
  isCut: boolean,
): Promise<void> {
  const neighbour = `${HOSTS[server].ipv4} dev ${HOSTS[name].interface}`;
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

export async function untilOn(
  lab: Lab,
  name: ManagerName,
  what: string,
  test: (status: ClusterStatus) => boolean,
  timeoutMs = 120_000,
): Promise<ClusterStatus> {
  let last: ClusterStatus | undefined;
  try {
    await waitUntil(`${what} on ${name}`, timeoutMs, async () => test((last = await statusOn(lab, name))));
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${JSON.stringify(last)}\n${await logsOf(lab)}`, { cause: error });
  }
  return last ?? assert.fail('no status');
}

/** It leads, its masterha_manager pings, and the cluster is protected. */
export function untilLeads(lab: Lab, name: ManagerName): Promise<ClusterStatus> {
  return untilOn(lab, name, 'leadership', (one) => one.managers?.standing === 'leader' && one.protected);
}

export async function logsOf(lab: Lab): Promise<string> {
  const texts = await Promise.all(
    MANAGERS.map(async (name) => {
      const command = `cat /var/log/mha-helper/monitor.log; tail -n 60 /var/log/mha/test_cluster/test_cluster.log`;
      return `--- ${name}\n${(await lab.exec(name, ['sh', '-c', command]).catch(() => ({ stdout: '' }))).stdout}`;
    }),
  );
  return texts.join('\n');
}

/** Programs of MHA and of mha-helper there, with what they have started. */
export function managerProcesses(lab: Lab, name: ManagerName, test: RegExp): readonly number[] {
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

export interface Act {
  readonly server: string;
  /** Seconds since 1970. */
  readonly at: number;
  readonly manager: ManagerName;
  readonly text: string;
}

/** All that MHA and mha-helper have asked of the servers, from each manager host, in the order of time. */
export async function acts(lab: Lab): Promise<readonly Act[]> {
  const found = await Promise.all(
    DATABASE_NAMES.map(async (server) => {
      const rows = await lab
        .sql(
          server,
          'SELECT UNIX_TIMESTAMP(event_time) AS at, user_host AS who, CONVERT(argument USING utf8) AS text ' +
            `FROM mysql.general_log WHERE user_host LIKE '%${ADMIN_ACCOUNT.user}%' ` +
            "AND command_type IN ('Query', 'Connect')",
        )
        .catch(() => []);
      return rows.flatMap((row): readonly Act[] => {
        const manager = MANAGERS.find((name) => String(row['who']).includes(`[${HOSTS[name].ipv4}]`));
        return manager === undefined ? [] : [{ server, at: Number(row['at']), manager, text: String(row['text']) }];
      });
    }),
  );
  return found.flat().sort((a, b) => a.at - b.at);
}

/** What `old` has asked of a server after `next` had fenced it there. */
export function actsOfOldEpoch(
  all: readonly Act[],
  old: ManagerName,
  next: ManagerName,
  since: number,
): readonly Act[] {
  return DATABASE_NAMES.flatMap((server) => {
    const there = all.filter((act) => act.server === server && act.at >= since);
    const fenced = there.find((act) => act.manager === next && act.text.includes('IS_USED_LOCK'))?.at ?? Infinity;
    return there.filter((act) => act.manager === old && act.at > fenced);
  });
}
