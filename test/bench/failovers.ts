// How long an application cannot write when its master dies: MHA as it is, and with what the layer takes out, side by
// side. A part of bench.ts; alone:
//
// node test/bench/failovers.ts [ROUNDS [WORD]]     WORD: only the rows that have it
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { textTable } from '../../src/procedures/textTable.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import {
  clusterLab,
  managerEnd,
  managerLog,
  quickManager,
  semiSynchronous,
  startManager,
  untilProvable,
} from '../scenarios/cluster.ts';
import { monitor, startMonitor, untilProtected } from '../scenarios/monitored.ts';
import { furtherReplicas } from './furtherReplicas.ts';
import { executable, hookNames, ownWaits } from './programs.ts';
import { type Limit, loadLine, median, spread, withinLimits } from './statistics.ts';

/** A failover that has not ended by then has failed, in ms. */
const longestMs = 120_000;

export interface Way {
  readonly what: string;
  readonly death: 'kill -9' | 'host gone';
  readonly env?: Readonly<Record<string, string>>;
  readonly detection?: 'proof';
  /** In seconds; `default`: MHA's own, which is 3. */
  readonly pingInterval?: 'default';
  /** Something starts the server again after so many ms, as systemd does with most packages. */
  readonly startedAgainMs?: number;
  /** `mha-helper monitor` has started MHA's manager. */
  readonly monitor?: true;
  /** The replicas have not received the last writes: they are in the dead master's log alone. */
  readonly unsent?: true;
  /**
   * The client is the finer probe: a session that waits for a host that is gone hears of another one only by its
   * kernel's next attempt.
   */
  readonly racing?: true;
  /** Besides the lab's two. */
  readonly furtherReplicas?: number;
  /** In seconds; null: what the others are measured by. */
  readonly most: number | null;
}

const ways: readonly Way[] = [
  { what: "kill -9 of mysqld, MHA's own waits", death: 'kill -9', env: ownWaits, most: null },
  { what: 'kill -9 of mysqld, pings', death: 'kill -9', most: 4.5 },
  { what: 'kill -9 of mysqld, proof', death: 'kill -9', detection: 'proof', most: 1.8 },
  { what: 'kill -9 of mysqld, proof, monitor', death: 'kill -9', detection: 'proof', monitor: true, most: 1.0 },
  { what: "last writes unsent, MHA's own waits", death: 'kill -9', env: ownWaits, unsent: true, most: null },
  { what: 'last writes unsent, proof', death: 'kill -9', detection: 'proof', unsent: true, most: null },
  { what: "host gone, MHA's own waits", death: 'host gone', env: ownWaits, racing: true, most: null },
  { what: 'host gone', death: 'host gone', racing: true, most: 7 },
  { what: 'host gone, a session that waits for its answer', death: 'host gone', most: null },
  { what: 'kill -9 of mysqld, nothing set', death: 'kill -9', pingInterval: 'default', most: null },
  {
    what: 'kill -9 of mysqld, nothing set, started again after 5 s',
    death: 'kill -9',
    pingInterval: 'default',
    startedAgainMs: 5_000,
    most: null,
  },
  { what: 'kill -9 of mysqld, pings, started again after 5 s', death: 'kill -9', startedAgainMs: 5_000, most: null },
];

/** @param word of the rows that are wanted */
export async function failovers(lab: Lab, rounds: number, word = ''): Promise<Limit[]> {
  const wanted = ways.filter(({ what }) => what.includes(word));
  const longest = wanted.map((): number[] => []);
  await lab.installHooks(executable, hookNames);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, way] of wanted.entries()) longest[index]?.push(await failover(lab, way, (round + 0.5) / rounds));
  const title = `failover, masterha_manager with ping_interval=1 where nothing else is said, ${rounds} rounds in turn`;
  console.log(
    textTable([
      [title, 'longest write outage, median (min-max)'],
      ...wanted.map(({ what }, index) => [
        what,
        spread(
          (longest[index] ?? []).map((ms) => ms / 1000),
          's',
          2,
        ),
      ]),
    ]),
    loadLine(),
  );
  return wanted.flatMap(({ what, most }, index) =>
    most === null ? [] : [{ what: `write outage, ${what}, s`, value: median(longest[index] ?? []) / 1000, most }],
  );
}

function pingSeconds({ pingInterval }: Way): number {
  return pingInterval === undefined ? 1 : 3;
}

/** @param when between two pings it dies, 0 to 1 @returns ms */
export async function failover(lab: Lab, way: Way, when: number): Promise<number> {
  const { what, death, detection, pingInterval, startedAgainMs } = way;
  await lab.resetTopology();
  await lab.configure({
    application: {
      ...(pingInterval === undefined ? quickManager.application : {}),
      ...(await furtherReplicas(lab, way.furtherReplicas ?? 0)),
    },
    // Each round is a failover after another.
    helper: { default: { last_failover_minute: '0', ...(detection === undefined ? {} : { detection }) } },
  });
  // What a host takes with it that is gone is no matter of MHA's.
  if (death === 'host gone' && !lab.server.name.startsWith('mysql')) await semiSynchronous(lab, 'db10');
  const manager = await managerOf(lab, way);
  if (detection !== undefined) await untilProvable(lab);
  const finer = { racing: true, rate: 100 };
  const writer = await startWriter(lab, way.racing === true ? finer : { connectTimeoutMs: 100 });
  await writer.progress(20);
  if (way.unsent === true) {
    for (const replica of ['db11', 'db12'] as const) await lab.sql(replica, lab.server.stopReceiving);
    await writer.progress(50);
  }
  await sleep(pingSeconds(way) * 1_000 * when);
  if (death === 'kill -9') await lab.killMysqld('db10');
  else await lab.linkDown('db10');
  if (startedAgainMs !== undefined) {
    await sleep(startedAgainMs);
    await lab.startMysqld('db10', '--read-only=0');
    await writer.progress(20);
    manager.stop();
  }
  const code = await manager.ended();
  await writer.progress(20);
  const { longestOutageMs } = await writer.stop();
  if (startedAgainMs !== undefined) return longestOutageMs;
  if (code !== 0) throw new Error(`${what}: masterha_manager ended with ${code}\n${await managerLog(lab)}`);
  const lost = await lostWrites(lab, 'db11', writer);
  if (lost > 0 && !(death === 'host gone' && lab.server.name.startsWith('mysql')))
    throw new Error(`${what}: ${lost} acknowledged writes are lost`);
  if (process.env['BENCH_LOG'] === '1') console.log(await managerLog(lab));
  return longestOutageMs;
}

interface Manager {
  readonly stop: () => void;
  /** Its exit code, when the failover is over. */
  readonly ended: () => Promise<number>;
}

async function managerOf(lab: Lab, { monitor: isMonitored, env }: Way): Promise<Manager> {
  if (isMonitored !== true) {
    const manager = await startManager(lab, env);
    return { stop: () => manager.kill('SIGTERM'), ended: () => managerEnd(manager, longestMs) };
  }
  await startMonitor(lab);
  await untilProtected(lab, 'db10');
  const isOver = async (): Promise<boolean> => (await managerLog(lab)).includes('completed successfully');
  return {
    stop: () => undefined,
    async ended() {
      await waitUntil('the end of the failover', longestMs, isOver);
      return (await monitor(lab, 'stop')).code;
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lab = await clusterLab();
  try {
    if (!withinLimits(await failovers(lab, Number(process.argv[2] ?? 5), process.argv[3]))) process.exitCode = 1;
  } finally {
    await lab.stop();
  }
}
