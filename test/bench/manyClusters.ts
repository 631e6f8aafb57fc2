// What a hundred clusters cost three monitors that share etcd, and etcd itself: memory, processor, requests a second;
// and how long it takes until all are protected again when the host of the one that leads loses its power.
//
// node test/bench/manyClusters.ts [CLUSTERS]     about 6 minutes
//
// All clusters have the lab's three servers: each is asked a hundred times. MHA lets only one manager watch a server,
// so the managers are the stand-ins of monitorCost.ts; what they cost is not counted.
import { readFileSync } from 'node:fs';
import { ETCD_NAMES, type HostName, type ManagerName } from '../lab/hosts.ts';
import { applicationConfiguration, helperConfiguration } from '../lab/exampleConfiguration.ts';
import { haOptions } from '../lab/etcdHosts.ts';
import { script, writeCommand } from '../lab/hostFiles.ts';
import type { Lab } from '../lab/lab.ts';
import { commandLine, processesUnder, waitUntil } from '../lab/processes.ts';
import type { ClusterStatus } from '../../src/procedures/monitor/monitorStatus.ts';
import { textTable } from '../../src/procedures/textTable.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { memoryText, ticksIn } from './costs.ts';
import { standIn } from './monitorCost.ts';
import { loadLine } from './statistics.ts';

const seconds = 60;
/** Not the usual 10: what the looks cost three hundred hosts is all paid here. */
const watchSeconds = '60';
const limitMs = 300_000;

interface Program {
  readonly what: string;
  readonly host: HostName;
  readonly pid: number;
}

async function prepare(lab: Lab, clusters: number): Promise<void> {
  const helper = helperConfiguration({ default: { ...haOptions(lab.holder.hosts), watch_interval: watchSeconds } });
  const names = Array.from({ length: clusters }, (_, index) => `c${index + 1}`);
  const files = names.flatMap((name) => {
    const workdir = `/var/log/mha/${name}`;
    const places = { manager_workdir: workdir, manager_log: `${workdir}/manager.log` };
    const content = applicationConfiguration({ 'server default': places });
    return [
      `mkdir -p ${workdir}`,
      writeCommand({ path: `/etc/mha/${name}.conf`, content, mode: '600' }),
      writeCommand({ path: `/etc/mha-helper/${name}.conf`, content: helper, mode: '600' }),
    ];
  });
  const manager = writeCommand({ path: '/usr/local/bin/masterha_manager', content: standIn, mode: '755' });
  for (const name of lab.managers)
    await script(lab.holder.hostInits[name], ['rm -rf /etc/mha/* /etc/mha-helper/*.conf', manager, ...files]);
  for (const name of ['db10', 'db11', 'db12'] as const) await lab.sql(name, 'SET GLOBAL max_connections=1000');
}

async function statusOf(lab: Lab, host: ManagerName): Promise<readonly ClusterStatus[]> {
  const { stdout } = await lab.exec(host, ['mha-helper', 'monitor', 'status', '--json'], { timeoutMs: 120_000 });
  return JSON.parse(stdout || '[]') as readonly ClusterStatus[];
}

/** @returns seconds */
async function untilAllProtected(lab: Lab, host: ManagerName, clusters: number, not = ''): Promise<number> {
  const began = performance.now();
  let bad: readonly ClusterStatus[] = [];
  await waitUntil(`protection of all ${clusters}, as ${host} knows it`, limitMs, async () => {
    const all = await statusOf(lab, host);
    bad = all.filter((one) => !one.protected || one.managers?.leader == null || one.managers.leader === not);
    return all.length === clusters && bad.length === 0;
  }).catch((error: unknown) => {
    const [first] = bad;
    throw new Error(`${bad.length} are not, as ${first?.cluster}: ${JSON.stringify(first)}`, { cause: error });
  });
  return (performance.now() - began) / 1000;
}

/** Of all members together: requests of clients since they were started, by name. */
async function requests(lab: Lab): Promise<ReadonlyMap<string, number>> {
  const get = 'use HTTP::Tiny; print HTTP::Tiny->new->get("http://127.0.0.1:2381/metrics")->{content}';
  const found = new Map<string, number>();
  for (const name of ETCD_NAMES) {
    const { stdout } = await lab.exec(name, ['perl', '-e', get]);
    for (const line of stdout.split('\n')) {
      const [, method, count] = /^grpc_server_(?:msg_received_total)\{grpc_method="(\w+)".*\} (\S+)$/.exec(line) ?? [];
      if (method !== undefined) found.set(method, (found.get(method) ?? 0) + Number(count));
    }
  }
  return found;
}

function programs(lab: Lab): readonly Program[] {
  const find = (host: HostName, pattern: RegExp): Program[] =>
    processesUnder(lab.holder.hostInits[host])
      .filter((pid) => pattern.test(commandLine(pid).join(' ')))
      .slice(0, 1)
      .map((pid) => ({ what: `${host === 'mgr' ? 'mgr1' : host}`, host, pid }));
  return [
    ...lab.managers.flatMap((name) => find(name, /mha-helper monitor/)),
    ...ETCD_NAMES.flatMap((name) => find(name, /\/etcd /)),
  ];
}

async function measure(lab: Lab): Promise<void> {
  const all = programs(lab);
  const look = async () => ({
    used: all.map(({ pid }) => ticksIn(readFileSync(`/proc/${pid}/stat`, 'utf8'))),
    asked: await requests(lab),
  });
  const before = await look();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await look();
  console.log(
    textTable([
      ['', 'memory', `processor, of one core, over ${seconds} s`],
      ...all.map(({ what, pid }, index) => [
        what,
        memoryText(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')),
        `${(((after.used[index] ?? NaN) - (before.used[index] ?? NaN)) / seconds).toFixed(1)} %`,
      ]),
    ]),
  );
  const rates = [...after.asked]
    .map(([method, count]) => [method, (count - (before.asked.get(method) ?? 0)) / seconds] as const)
    .filter(([, rate]) => rate > 0);
  const sum = rates.reduce((total, [, rate]) => total + rate, 0);
  const names = rates.map(([method, rate]) => `${method} ${rate.toFixed(1)}`);
  console.log(`requests to etcd: ${sum.toFixed(1)} a second (${names.join(', ')})`);
}

const clusters = Number(process.argv[2] ?? 100);
const lab = await clusterLab({ managers: 3 });
try {
  await prepare(lab, clusters);
  for (const name of lab.managers) {
    const { code, stderr } = await lab.exec(name, ['mha-helper', 'monitor', 'start', '--all'], { timeoutMs: 120_000 });
    if (code !== 0) throw new Error(stderr);
    if (name === 'mgr')
      console.log(`all protected after ${(await untilAllProtected(lab, name, clusters)).toFixed(0)} s`);
  }
  await untilAllProtected(lab, 'mgr3', clusters);
  await measure(lab);
  await lab.powerOff('mgr');
  const again = await untilAllProtected(lab, 'mgr2', clusters, 'mgr1');
  const leaders = (await statusOf(lab, 'mgr2')).map(({ managers }) => managers?.leader);
  const share = ['mgr2', 'mgr3'].map((name) => `${name} ${leaders.filter((one) => one === name).length}`);
  console.log(`power off of mgr1: all protected again after ${again.toFixed(0)} s; who leads: ${share.join(', ')}`);
  console.log(loadLine());
} finally {
  await lab.stop();
}
