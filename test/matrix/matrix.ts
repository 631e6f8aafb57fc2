// Real MHA with every server: what works, with which figures, and what does not. The results go into docs/matrix.json,
// the table into docs/figures.md.
//
// node test/matrix/matrix.ts [CELL]...     all cells, or these; the others stay as they were found before
// node test/matrix/matrix.ts --trials=alive,twice CELL...     only these trials of the cells
// node test/matrix/matrix.ts --table       only writes the table anew
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Lab } from '../lab/lab.ts';
import { databaseServer, serverVersion } from '../lab/servers.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { type Cell, chosenCells } from './cells.ts';
import { withMatrix } from './matrixTable.ts';
import { type CellResult, readResults, type TrialResult, writeResults } from './results.ts';
import { trialNames, type TrialName } from './trialNames.ts';
import { NotWorking, trials } from './trials.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const [resultsFile, readme] = [file('docs/matrix.json'), file('docs/figures.md')];

function resultText(result: TrialResult): string {
  if (!result.works) return `does not: ${result.why}`;
  const outages = result.outagesSeconds.map((seconds) => `, ${seconds} s`).join('');
  return `works${outages}, ${result.lost} of ${result.acknowledged} lost`;
}

async function tryOne(lab: Lab, trial: TrialName): Promise<TrialResult> {
  try {
    return { works: true, ...(await trials[trial](lab)) };
  } catch (error) {
    const { message } = error as Error;
    console.log(error instanceof NotWorking ? error.output : message);
    return { works: false, why: message.split('\n')[0] ?? '' };
  }
}

/** @param before what an earlier run has found: stays where it is not tried again */
async function tryAll(
  { server, gtid }: Cell,
  names: readonly TrialName[],
  before: CellResult | undefined,
): Promise<CellResult> {
  const began = performance.now();
  const lab = await clusterLab({ server: databaseServer(server, { gtid }) });
  try {
    const version = await serverVersion(lab);
    console.log(version);
    const results: (readonly [TrialName, TrialResult])[] = [];
    for (const trial of names) {
      const result = await tryOne(lab, trial);
      console.log(`  ${trial.padEnd(8)} ${resultText(result)}`);
      results.push([trial, result]);
    }
    return {
      server: version.replace(' (GTID)', ''),
      on: new Date().toISOString().slice(0, 10),
      seconds:
        names.length === trialNames.length || before === undefined
          ? Math.round((performance.now() - began) / 1000)
          : before.seconds,
      trials: { ...before?.trials, ...(Object.fromEntries(results) as Record<TrialName, TrialResult>) },
    };
  } finally {
    await lab.stop();
  }
}

function writeTable(): void {
  writeFileSync(readme, withMatrix(readFileSync(readme, 'utf8'), readResults(resultsFile)));
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { table: { type: 'boolean', default: false }, trials: { type: 'string' } },
  });
  const all = values.table ? [] : chosenCells(positionals.join(' '));
  const names = trialNames.filter((name) => values.trials?.split(',').includes(name) ?? true);
  for (const cell of all) {
    const result = await tryAll(cell, names, readResults(resultsFile)[cell.name]);
    // After each cell: a run that is broken off keeps what it has found, and so does another that goes on beside it.
    writeResults(resultsFile, { ...readResults(resultsFile), [cell.name]: result });
  }
  writeTable();
  const results = readResults(resultsFile);
  return all.every(({ name }) => trialNames.every((trial) => results[name]?.trials[trial]?.works)) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
