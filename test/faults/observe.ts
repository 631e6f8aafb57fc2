// What is looked up when a row is over: what was lost, what was said.
import { setTimeout as sleep } from 'node:timers/promises';
import { addressOf } from '../lab/databaseServer.ts';
import { DATABASE_NAMES, hostNameOf, isDatabaseName, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import type { ReceivedMail } from '../lab/mailServer.ts';
import { decodeHeader, mimeParts } from '../lab/mime.ts';
import type { WriterHandle } from '../lab/writer.ts';
import { managerLog } from '../scenarios/cluster.ts';
import { monitorLog } from '../scenarios/monitored.ts';
import type { Figures } from './referee/figures.ts';

/** After a cut of half a minute TCP sends again what was not received only when its pause, which doubles, is over. */
const catchUpMs = 70_000;

/** Those that take writes and have the address; one, when all is well. */
export function finalMasters({ writable, holders }: Figures): readonly DatabaseName[] {
  return writable.filter((name) => holders.includes(name)).filter(isDatabaseName);
}

/** What an application misses that ends up at one of them, the worst of them; null where there is none. */
export async function lostOn(
  lab: Lab,
  masters: readonly DatabaseName[],
  ids: readonly number[],
): Promise<number | null> {
  const missing = await Promise.all(masters.map((master) => missingOn(lab, master, ids)));
  return missing.length === 0 ? null : Math.max(...missing);
}

export async function acknowledgedOf(writers: readonly WriterHandle[]): Promise<readonly number[]> {
  return (await Promise.all(writers.map((writer) => writer.acknowledged()))).flat();
}

async function writesOn(lab: Lab, host: DatabaseName): Promise<ReadonlySet<number>> {
  return new Set((await lab.sql(host, 'SELECT id FROM app.writes')).map((row) => Number(row['id'])));
}

/** How many of these writes a server does not have. */
async function missingOn(lab: Lab, host: DatabaseName, ids: readonly number[]): Promise<number> {
  const there = await writesOn(lab, host);
  return ids.filter((id) => !there.has(id)).length;
}

/**
 * Of each server that says it replicates from the master without an error: what it still lacks after a while of what
 * the master has. One that is late on purpose says so.
 */
export async function missingOnReplicas(
  lab: Lab,
  master: DatabaseName,
  ids: readonly number[],
): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  const there = await writesOn(lab, master);
  const kept = ids.filter((id) => there.has(id));
  for (const name of DATABASE_NAMES.filter((one) => one !== master)) {
    const [status] = await lab.sql(name, lab.server.replicaStatus).catch(() => []);
    if (status === undefined || !lab.server.isReplicating(status)) continue;
    if ((status['Master_Host'] ?? status['Source_Host']) !== addressOf(master)) continue;
    if (Number(status['SQL_Delay'] ?? 0) > 0) continue;
    const end = performance.now() + catchUpMs;
    while ((found[name] = await missingOn(lab, name, kept)) > 0 && performance.now() < end) await sleep(50);
  }
  return found;
}

function mailText({ headers, raw }: ReceivedMail, from: string): string {
  const text = mimeParts(raw)
    .leaves.filter(({ type, filename }) => type === 'text/plain' && filename === undefined)
    .map((leaf) => leaf.text);
  return [`--- ${from}mail: ${decodeHeader(headers['subject'] ?? '')}`, ...text].join('\n');
}

/** MHA's log, the monitor's, and the mails; of each manager, whose name is in front where there are several. */
export async function logsOf(lab: Lab): Promise<string> {
  const all = await Promise.all(
    lab.managers.map(async (name) => {
      const mails = await lab.mails(name).catch(() => []);
      const of = lab.managers.length === 1 ? '' : `${hostNameOf(name, lab.holder.hosts)}: `;
      const texts = [`--- ${of}MHA`, await managerLog(lab, name), `--- ${of}monitor`, await monitorLog(lab, name)];
      return [...texts, ...mails.map((mail) => mailText(mail, of))].join('\n');
    }),
  );
  return all.join('\n');
}
