// Planned switches there and back, and failovers, many in a row: none may be refused, and no acknowledged write lost.
//
// node test/bench/inARow.ts [TIMES [switch|failover]]      default 100 of each: about 45 minutes with two cores
//
// Ends with 1 at the first that is not as it must be, and says what was to be seen then. The servers are LAB_SERVER's.
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter, type WriterHandle } from '../lab/writer.ts';
import {
  clusterLab,
  managerEnd,
  managerLog,
  masterSwitch,
  quickManager,
  startManager,
  untilProvable,
} from '../scenarios/cluster.ts';
import { spread } from './statistics.ts';

const times = Number(process.argv[2] ?? 100);
const only = process.argv[3];
/** A planned switch or a failover that has not ended by then has failed, in ms. */
const longestMs = 120_000;

async function state(lab: Lab): Promise<string> {
  const [writable, holders, frozen, neighbours] = await Promise.all([
    lab.writableServers(),
    lab.vipHolders(),
    lab.frozenHosts(),
    lab.exec('app', ['ip', 'neigh']),
  ]);
  return JSON.stringify({ writable, holders, frozen, neighbours: neighbours.stdout.split('\n') });
}

/** @returns the longest time without a write, in ms @throws Error with what was to be seen */
async function judged(
  lab: Lab,
  master: DatabaseName,
  writer: WriterHandle,
  ended: { readonly code: number; readonly said: string },
): Promise<number> {
  const wrong = async (what: string): Promise<Error> => new Error(`${what}\n${await state(lab)}\n${ended.said}`);
  if (ended.code !== 0) throw await wrong(`MHA ended with ${ended.code}`);
  try {
    await writer.progress(20);
  } catch (error) {
    const seen = await wrong('the client does not write');
    const { outages, errors } = await writer.stop();
    const client = JSON.stringify({ outages, errors: [...errors] });
    throw new Error(`${seen.message}\nload ${loadavg()[0]?.toFixed(1)}\n${client}`, { cause: error });
  }
  const { longestOutageMs } = await writer.stop();
  const lost = await lostWrites(lab, master, writer);
  if (lost > 0) throw await wrong(`${lost} acknowledged writes are lost`);
  const [writable, holders] = [await lab.writableServers(), await lab.vipHolders()];
  if (writable.join() !== master || holders.join() !== master) throw await wrong(`${master} is not the only master`);
  return longestOutageMs;
}

async function switches(lab: Lab): Promise<readonly number[]> {
  await lab.resetTopology();
  const longest: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    const to = turn % 2 === 0 ? 'db11' : 'db10';
    const writer = await startWriter(lab, { connectTimeoutMs: 10_000, rate: 100 });
    const { code, stdout } = await masterSwitch(lab, to);
    longest.push(await judged(lab, to, writer, { code, said: stdout }));
  }
  return longest;
}

async function failovers(lab: Lab): Promise<readonly number[]> {
  const longest: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    await lab.resetTopology();
    await lab.configure({ ...quickManager, helper: { default: { detection: turn % 2 === 0 ? 'proof' : 'pings' } } });
    const manager = await startManager(lab);
    if (turn % 2 === 0) await untilProvable(lab);
    const writer = await startWriter(lab);
    await writer.progress(20);
    await lab.killMysqld('db10');
    const code = await managerEnd(manager, longestMs);
    longest.push(await judged(lab, 'db11', writer, { code, said: await managerLog(lab) }));
  }
  return longest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lab = await clusterLab();
  try {
    for (const [what, run] of Object.entries({ switch: switches, failover: failovers })) {
      if (only !== undefined && only !== what) continue;
      const longest = await run(lab);
      console.log(`${times} of ${what}, longest time without a write: ${spread(longest, 'ms')}; nothing lost`);
    }
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  } finally {
    await lab.stop();
  }
}
