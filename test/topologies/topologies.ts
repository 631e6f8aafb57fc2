// What MHA's documentation promises of topologies, and what clusters in the field look like, tried with real MHA:
// works, or refused with the reason. The results go into docs/topologies.json, the table into docs/mha/topologies.md.
//
// node test/topologies/topologies.ts [NAME]...     all, or these (a * stands for anything)
// LAB_SERVER=mysql-9.7 LAB_GTID=1 node test/topologies/topologies.ts     on that server, beside what is known of others
// node test/topologies/topologies.ts --table       only writes the table anew
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DatabaseServer } from '../lab/databaseServer.ts';
import type { Lab } from '../lab/lab.ts';
import { chosenServer, databaseServer } from '../lab/servers.ts';
import { readResultsFile, writeResultsFile } from '../resultsFile.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { chains } from './chains.ts';
import { clusters } from './clusters.ts';
import { networks } from './networks.ts';
import { rolesAndStates } from './roles.ts';
import { sources } from './sources.ts';
import { Wrong } from './stage.ts';
import type { Topology } from './Topology.ts';
import { isFor, resultKey, type Result, type Results, withTopologies } from './topologiesTable.ts';

export const topologies: readonly Topology[] = [...chains, ...rolesAndStates, ...sources, ...clusters, ...networks];

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const [resultsFile, page] = [file('docs/topologies.json'), file('docs/mha/topologies.md')];

async function tryOne(lab: Lab, { is, run }: Topology): Promise<Omit<Result, 'on'>> {
  await lab.resetTopology();
  try {
    return { is, note: await run(lab) };
  } catch (error) {
    const { message } = error as Error;
    console.log(error instanceof Wrong ? error.output : error);
    return { is: 'wrong', note: message.split('\n')[0] ?? '' };
  }
}

async function tryAll(chosen: readonly Topology[], server: DatabaseServer): Promise<boolean> {
  if (chosen.length === 0) return true;
  const lab = await clusterLab({ server });
  let well = true;
  try {
    for (const topology of chosen) {
      const began = performance.now();
      const result = await tryOne(lab, topology);
      well &&= result.is !== 'wrong';
      console.log(
        `${topology.name}: ${result.is}: ${result.note} (${Math.round((performance.now() - began) / 1000)} s)`,
      );
      const on = new Date().toISOString().slice(0, 10);
      const key = resultKey(topology, server);
      writeResultsFile(resultsFile, { ...readResultsFile<Results>(resultsFile), [key]: { ...result, on } });
    }
  } finally {
    await lab.stop();
  }
  return well;
}

function writeTable(): void {
  writeFileSync(page, withTopologies(readFileSync(page, 'utf8'), topologies, readResultsFile<Results>(resultsFile)));
}

function matches(name: string, pattern: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replaceAll(/[^\w-]/g, ''))
    .join('.*');
  return new RegExp(`^${source}$`).test(name);
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { table: { type: 'boolean', default: false } },
  });
  const chosen = chosenServer();
  const wanted = (one: Topology): boolean =>
    isFor(one, chosen) && (positionals.length === 0 || positionals.some((pattern) => matches(one.name, pattern)));
  const all = values.table ? [] : topologies.filter(wanted);
  let isWell = true;
  for (const gtid of [false, true]) {
    const some = all.filter((one) => (chosen.gtid || one.gtid === true) === gtid);
    isWell = (await tryAll(some, databaseServer(chosen.name, { gtid }))) && isWell;
  }
  writeTable();
  return isWell ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
