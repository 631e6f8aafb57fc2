// Tries the rows: each on a lab with real MHA, judged by a referee. Ends with 1 when a row is not as it must be.
//
// node test/faults/faults.ts [--list] [--table] [--logs DIRECTORY] [ROW...]     a ROW may have * in it
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Lab } from '../lab/lab.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { expectedText } from './expected.ts';
import { withTables } from './faultsTable.ts';
import { clean, fingerprint } from './prepare.ts';
import { readResults, writeResult, type RowResult } from './results.ts';
import type { Row } from './row.ts';
import { allRows } from './rows/allRows.ts';
import { runRow } from './runRow.ts';
import { batches, chosenRows, type Batch } from './selection.ts';
import { faultsIn, nothingSeen, type Seen } from './verdict.ts';

const documentFile = fileURLToPath(new URL('../../docs/faults.md', import.meta.url));
const resultsFile = fileURLToPath(new URL('../../docs/faults.json', import.meta.url));

/** One lab for as many rows as leave it as it was, and want as many managers. */
class Labs {
  readonly #batch: Batch;
  #lab: Lab | undefined;
  #asMade = '';

  constructor(batch: Batch) {
    this.#batch = batch;
  }

  async next(managers: 1 | 3): Promise<Lab> {
    const last = this.#lab;
    if (last?.managers.length === managers && (await this.#isClean(last))) return last;
    await this.end();
    const lab = await clusterLab({ server: this.#batch.server, managers });
    this.#lab = lab;
    await clean(lab);
    this.#asMade = await fingerprint(lab);
    return lab;
  }

  async end(): Promise<void> {
    await this.#lab?.stop();
    this.#lab = undefined;
  }

  async #isClean(lab: Lab): Promise<boolean> {
    try {
      await clean(lab);
      const difference = firstDifference(this.#asMade, await fingerprint(lab));
      if (difference === undefined) return true;
      console.log(`     the lab is not as it was, and is made anew: ${difference}`);
    } catch (error) {
      console.log(`     the lab cannot be put back, and is made anew: ${text(error)}`);
    }
    return false;
  }
}

function firstDifference(before: string, after: string): string | undefined {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const at = now.findIndex((line, index) => line !== old[index]);
  return at < 0 ? undefined : `${old[at] ?? ''} -> ${now[at] ?? ''}`;
}

async function tryBatch(batch: Batch, logs: string | undefined): Promise<number> {
  console.log(`${batch.variant}: ${batch.rows.length} rows`);
  const labs = new Labs(batch);
  let wrong = 0;
  try {
    for (const row of batch.rows) {
      const seen = await runRow(await labs.next(row.given?.managers ?? 1), row).catch((error: unknown) =>
        notTried(error),
      );
      const result = resultOf(row, seen);
      writeResult(resultsFile, batch.variant, row.id, result);
      if (logs !== undefined) writeFileSync(`${logs}/${batch.variant}.${row.id}.log`, logText(result, seen));
      console.log(resultLine(row, result));
      if (result.faults.length > 0) wrong += 1;
    }
  } finally {
    await labs.end();
  }
  return wrong;
}

function resultOf(row: Row, seen: Seen): RowResult {
  const { exits, figures, acknowledged, lost, clientOutageMs, seconds } = seen;
  return {
    fault: row.fault,
    moment: row.moment,
    expected: expectedText(row.expect, row.endsWithinMs),
    exits,
    wh2Ms: figures.wh2Ms,
    w2Ms: figures.w2Ms,
    h2Ms: figures.h2Ms,
    acknowledged,
    lost,
    clientOutageMs: Number.isFinite(clientOutageMs) ? Math.round(clientOutageMs) : null,
    outageMs: figures.longestOutageMs,
    seconds,
    faults: faultsIn(seen, row.expect),
    on: new Date().toISOString().slice(0, 10),
  };
}

function notTried(error: unknown): Seen {
  return { ...nothingSeen, broken: `could not be tried: ${text(error)}` };
}

function resultLine({ id }: Row, { faults, wh2Ms, w2Ms, lost, outageMs, seconds }: RowResult): string {
  const figures = `WH2 ${wh2Ms} W2 ${w2Ms} lost ${lost ?? '-'} outage ${(outageMs / 1000).toFixed(1)} s; ${seconds} s`;
  return [
    `${faults.length === 0 ? 'ok   ' : 'WRONG'} ${id}: ${figures}`,
    ...faults.map((fault) => `        ${fault}`),
  ].join('\n');
}

function logText(result: RowResult, { said, figures, knocks }: Seen): string {
  return `${JSON.stringify({ ...result, figures, knocks }, null, 2)}\n${said}\n`;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { list: { type: 'boolean' }, table: { type: 'boolean' }, logs: { type: 'string' } },
  });
  const rows = chosenRows(allRows, positionals);
  if (values.list === true) {
    for (const { id, fault, moment } of rows) console.log(`${id}\t${fault}\t${moment}`);
    return 0;
  }
  if (values.logs !== undefined) mkdirSync(values.logs, { recursive: true });
  let wrong = 0;
  if (values.table !== true) for (const batch of batches(rows)) wrong += await tryBatch(batch, values.logs);
  writeFileSync(documentFile, withTables(readFileSync(documentFile, 'utf8'), allRows, readResults(resultsFile)));
  return wrong === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(text(error));
  process.exitCode = 1;
}
