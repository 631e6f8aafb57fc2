// One row, from the reset of the lab to what was seen. Whatever the row does, it ends.
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { Knocker } from './clients/knocker.ts';
import { acknowledgedOf, finalMasters, logsOf, lostOn, missingOnReplicas } from './observe.ts';
import { prepare, writerAddressOf } from './prepare.ts';
import { Referee } from './referee/referee.ts';
import { actsOf, actsOutOfTurn, reigns } from './managerActs.ts';
import type { Row } from './row.ts';
import { Stage } from './stage.ts';
import type { Seen } from './verdict.ts';

/** Writes a second: enough to see what is lost, little enough for a machine that has other work. */
const rate = 50;
/** How long clients may need at the end until they write where they are meant to. */
const settleMs = 15_000;

/** @param lab a clean one */
export async function runRow(lab: Lab, row: Row): Promise<Seen> {
  await prepare(lab, row.given);
  const address = writerAddressOf(row.given);
  const [referee, writer, knocker] = await Promise.all([
    Referee.start(lab, address),
    startWriter(lab, { host: address, rate, durationMs: 3_600_000, queryTimeoutMs: 1_000 }),
    Knocker.start(lab, address),
  ]);
  const stage = new Stage(lab, referee, writer);
  const began = performance.now();
  const broken = await within(row.act(stage), row.endsWithinMs);
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  try {
    const writesAtEnd = await settled(stage, row);
    const [summary, knocks] = [await writer.stop(), await knocker.end()];
    const figures = await referee.end();
    const acknowledged = await acknowledgedOf([writer, ...stage.writers]);
    const masters = finalMasters(figures);
    const [master] = masters;
    const seen: Seen = {
      exits: Object.fromEntries(Object.keys(row.expect.exits ?? {}).map((name) => [name, stage.exitOf(name) ?? null])),
      figures,
      acknowledged: acknowledged.length,
      lost: await lostOn(lab, masters, acknowledged),
      missing: master === undefined ? {} : await missingOnReplicas(lab, master, acknowledged),
      clientOutageMs: summary.longestOutageMs,
      knocks,
      writesAtEnd,
      seconds,
      broken,
      outOfTurn: row.given?.managers === undefined ? [] : await outOfTurn(lab),
      said: `${stage.printed}\n${await logsOf(lab)}`,
    };
    return seen;
  } finally {
    await stage.putBack();
  }
}

/** Acts of an old epoch, or of one of two managers that act; one line each. */
async function outOfTurn(lab: Lab): Promise<readonly string[]> {
  const acts = await actsOf(lab);
  if (reigns(acts).length === 0) return ['the log of acts does not say that anybody has led'];
  return actsOutOfTurn(acts).map(
    ({ manager, server, text }) => `out of turn, on ${server}: ${manager}: ${text.slice(0, 100)}`,
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

/** @returns null when it came to its end, else why not */
async function within(act: Promise<void>, ms: number): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, ms, `not over after ${ms / 1000} s`);
  });
  const done = act.then(
    () => null,
    // What comes behind the first line, as a log, is in what was said.
    (error: unknown) => `broken off: ${firstLine(error)}`,
  );
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for the master that the row expects, and for clients to write there. @returns whether they do */
async function settled({ referee, writer }: Stage, { expect: { master } }: Row): Promise<boolean> {
  if (master === 'nobody' || master === 'unchecked') return true;
  try {
    await waitUntil('a master', settleMs, () => referee.masters.length === 1);
    await writer.progress(10, settleMs);
    return true;
  } catch {
    return false;
  }
}
