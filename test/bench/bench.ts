// How long an application cannot write, how fast the executable starts, how much memory it takes: each side by side
// with a reference in one run, because machines are shared and noisy. Ends with 1 when a limit is exceeded.
//
// node test/bench/bench.ts [ROUNDS [PART...]]      without a part all of them
//
// SERVERS: which servers, names as LAB_SERVER has them, with -gtid behind them for GTID.
import { type KnownServer, SERVER_NAMES } from '../lab/databaseServer.ts';
import type { Lab } from '../lab/lab.ts';
import { databaseServer } from '../lab/servers.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { crowds } from './crowds.ts';
import { failovers } from './failovers.ts';
import { hookMemory } from './hookMemory.ts';
import { managers } from './managers.ts';
import { monitorCost } from './monitorCost.ts';
import { replicas } from './replicas.ts';
import { startUp } from './startUp.ts';
import { type Limit, withinLimits } from './statistics.ts';
import { switches } from './switches.ts';

/** They need no lab, or make one. */
const alone: Readonly<Record<string, (rounds: number) => Promise<Limit[]>>> = {
  start: () => Promise.resolve(startUp()),
  monitors: () => monitorCost().then(() => []),
  managers,
};
/** Once for each kind of server. */
const onServers: Readonly<Record<string, (lab: Lab, rounds: number) => Promise<Limit[]>>> = {
  memory: hookMemory,
  switch: switches,
  sessions: crowds,
  replicas,
  failovers,
};
const parts = [...Object.keys(alone), ...Object.keys(onServers)];

/** @throws Error for a name that is none */
function serverNamed(text: string): { readonly name: KnownServer; readonly gtid: boolean } {
  const [, word = '', gtid] = /^(.*?)(-gtid)?$/.exec(text) ?? [];
  const name = SERVER_NAMES.find((one) => one === word);
  if (name === undefined)
    throw new Error(`SERVERS: ${text} is none of ${SERVER_NAMES.join(', ')}, with or without -gtid`);
  return { name, gtid: gtid !== undefined };
}

async function timed(what: string, run: () => Promise<Limit[]>): Promise<Limit[]> {
  console.log(`--- ${what}`);
  const began = performance.now();
  const limits = await run();
  console.log(`--- ${what}: ${((performance.now() - began) / 60_000).toFixed(1)} minutes\n`);
  return limits;
}

async function measure(rounds: number, wanted: readonly string[]): Promise<Limit[]> {
  const servers = (process.env['SERVERS'] ?? 'mariadb-10.11 mysql-9.7-gtid').split(/\s+/).map(serverNamed);
  const limits: Limit[] = [];
  for (const [part, run] of Object.entries(alone))
    if (wanted.includes(part)) limits.push(...(await timed(part, () => run(rounds))));
  const ofServers = Object.entries(onServers).filter(([part]) => wanted.includes(part));
  for (const { name, gtid } of ofServers.length === 0 ? [] : servers) {
    const lab = await clusterLab({ server: databaseServer(name, { gtid }) });
    const where = `${name}, ${gtid ? 'GTID' : 'file and position'}`;
    try {
      for (const [part, run] of ofServers) {
        const found = await timed(`${part}: ${where}`, () => run(lab, rounds));
        limits.push(...found.map((limit) => ({ ...limit, what: `${where}: ${limit.what}` })));
      }
    } finally {
      await lab.stop();
    }
  }
  return limits;
}

const [first = '7', ...words] = process.argv.slice(2);
const rounds = Number(first);
const unknown = words.filter((word) => !parts.includes(word));
if (!Number.isSafeInteger(rounds) || rounds < 1 || unknown.length > 0) {
  console.error(`usage: node test/bench/bench.ts [ROUNDS [PART...]]\n\nparts: ${parts.join(' ')}`);
  process.exitCode = 2;
} else if (!withinLimits(await measure(rounds, words.length === 0 ? parts : words))) process.exitCode = 1;
