// What several managers cost those who write: a planned switch and a failover with ha_endpoints and without, in turn,
// in one lab. A part of bench.ts; alone:
//
// node test/bench/managers.ts [ROUNDS [WORD]]     WORD: only the rows that have it
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { textTable } from '../../src/procedures/textTable.ts';
import { haOptions } from '../lab/etcdHosts.ts';
import type { Sections } from '../lab/exampleConfiguration.ts';
import type { ManagerName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter, type WriterHandle } from '../lab/writer.ts';
import { clusterLab, managerLog, quickManager, untilProvable } from '../scenarios/cluster.ts';
import { startMonitorOn, untilLeads, untilOn } from '../scenarios/severalManagers.ts';
import { type Limit, loadLine, median, spread, withinLimits } from './statistics.ts';

/** How much longer clients may not write with ha_endpoints, by the medians, in ms. */
const mostMs = 70;

interface Way {
  readonly what: string;
  readonly helper: Readonly<Record<string, string>>;
  /**
   * @param when between two pings, 0 to 1
   * @returns whether there were writes that not all replicas had received: MHA fetches them from the dead master or
   *   looks whether one replica has them for the others, which takes seconds, whoever leads
   */
  readonly act: (lab: Lab, when: number, writer: WriterHandle) => Promise<boolean>;
  /** Whether it is long by chance for more than the limit: then it is shown, and not judged. */
  readonly isWide?: true;
}

const ways: readonly Way[] = [
  { what: 'planned switch, mha-helper failover --online', helper: {}, act: plannedSwitch },
  { what: 'kill -9 of mysqld, proof', helper: { detection: 'proof' }, act: death(true) },
  { what: 'kill -9 of mysqld, pings', helper: {}, act: death(false), isWide: true },
];

async function plannedSwitch(lab: Lab): Promise<boolean> {
  const words = ['mha-helper', 'failover', '--online', '--to', 'db11', '-c', 'test_cluster'];
  const { code, stdout, stderr } = await lab.exec('mgr', words, { timeoutMs: 150_000 });
  if (code !== 0) throw new Error(`mha-helper failover ended with ${code}\n${stdout}${stderr}`);
  return false;
}

function death(isProof: boolean): Way['act'] {
  return async (lab, when, writer) => {
    if (isProof) await untilProvable(lab);
    await sleep(1_000 * when);
    await lab.killMysqld('db10');
    // A program that asks in the meantime would take the processors that this is about.
    await writer.progress(20);
    await untilOn(lab, 'mgr', 'the failover', ({ lastFailover }) => lastFailover !== null);
    return /Fetching dead master's binary logs|Checking whether \S+ has relay logs/.test(await managerLog(lab));
  };
}

/**
 * @param isShared with ha_endpoints, by three monitors; else the one of mgr
 * @returns ms; null where not all replicas had received all
 */
async function outageOf(lab: Lab, { helper, act }: Way, isShared: boolean, when: number): Promise<number | null> {
  await lab.resetTopology();
  const none: Sections[string] = Object.fromEntries(Object.keys(haOptions(lab.holder.hosts)).map((key) => [key, null]));
  await lab.configure({
    application: { ...quickManager.application, server3: { no_master: null } },
    helper: { default: { last_failover_minute: '0', ...helper, ...(isShared ? {} : none) } },
  });
  await startMonitorOn(lab, 'mgr');
  if (isShared) await othersStandBy(lab);
  else await untilOn(lab, 'mgr', 'protection', (one) => one.protected);
  const writer = await startWriter(lab, { racing: true });
  await writer.progress(20);
  const hadToRecover = await act(lab, when, writer);
  const ms = await outageSeen(lab, writer);
  return hadToRecover ? null : ms;
}

async function othersStandBy(lab: Lab): Promise<void> {
  await untilLeads(lab, 'mgr');
  const others = lab.managers.filter((name): name is ManagerName => name !== 'mgr');
  for (const name of others) await startMonitorOn(lab, name);
  for (const name of others)
    await untilOn(lab, name, 'a standby', (one) => one.managers?.leader === 'mgr1' && one.protected);
}

async function outageSeen(lab: Lab, writer: WriterHandle): Promise<number> {
  await writer.progress(20);
  const { longestOutageMs } = await writer.stop();
  const lost = await lostWrites(lab, 'db11', writer);
  if (lost > 0) throw new Error(`${lost} acknowledged writes are lost`);
  return longestOutageMs;
}

/** @param word of the rows that are wanted */
export async function managers(rounds: number, word = ''): Promise<Limit[]> {
  const wanted = ways.filter(({ what }) => what.includes(word));
  const seen = wanted.map(() => ({ without: [] as number[], shared: [] as number[] }));
  let recovered = 0;
  const lab = await clusterLab({ managers: 3 });
  try {
    for (let round = 0; round < rounds; round += 1)
      for (const [index, way] of wanted.entries())
        // Who goes first changes: neither is always behind the same trouble of the machine.
        for (const isShared of round % 2 === 0 ? [false, true] : [true, false]) {
          const when = (round + 0.5) / rounds;
          let ms = await outageOf(lab, way, isShared, when);
          for (; ms === null; ms = await outageOf(lab, way, isShared, when)) recovered += 1;
          seen[index]?.[isShared ? 'shared' : 'without'].push(ms);
        }
  } finally {
    await lab.stop();
  }
  const differences = seen.map(({ without, shared }) => median(shared) - median(without));
  console.log(
    textTable([
      [`longest write outage, median (min-max), ${rounds} rounds in turn`, 'one manager', 'ha_endpoints', 'difference'],
      ...wanted.map(({ what }, index) => [
        what,
        spread(seen[index]?.without ?? [], 'ms'),
        spread(seen[index]?.shared ?? [], 'ms'),
        `${Math.round(differences[index] ?? NaN)} ms`,
      ]),
    ]),
    loadLine(),
    `\n${recovered} failovers besides, in which not all replicas had received all writes`,
  );
  return wanted.flatMap(({ what, isWide }, index) =>
    isWide === true
      ? []
      : [{ what: `${what}: longer with ha_endpoints, ms`, value: differences[index] ?? NaN, most: mostMs }],
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!withinLimits(await managers(Number(process.argv[2] ?? 7), process.argv[3]))) process.exitCode = 1;
}
