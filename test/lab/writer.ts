// The application seen from a scenario: start it, stop it, how long it could not write, and whether anything it was
// promised is lost.
import { join } from 'node:path';
import { LAB_SOURCE } from './holder.ts';
import type { RunningCommand } from './hostCommand.ts';
import { APPLICATION_ACCOUNT, type DatabaseName, WRITER_ADDRESS } from './hosts.ts';
import type { Lab } from './lab.ts';
import { waitUntil } from './processes.ts';

export interface WriterSettings {
  readonly host: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Writes a second, of all connections together. */
  readonly rate: number;
  readonly connections: number;
  readonly firstId: number;
  readonly count?: number;
  readonly durationMs: number;
  readonly connectTimeoutMs: number;
  /** Long on purpose: a connection left hanging must show as a long outage. */
  readonly queryTimeoutMs: number;
  /**
   * A finer probe: as soon as a write fails or is 25 ms late, a new connection every 5 ms beside the others, each given
   * up after 400 ms; the first that writes goes on. The other times are not used.
   */
  readonly racing?: boolean;
}

export type WriterEvent =
  | { readonly kind: 'written'; readonly id: number; readonly atMs: number }
  | { readonly kind: 'error'; readonly id: number; readonly atMs: number; readonly code: string }
  | { readonly kind: 'end'; readonly atMs: number };

export interface Outage {
  /** Since the writer's start: the last acknowledged write before. */
  readonly startMs: number;
  /** From that write to the next acknowledged one; `Infinity` when there was none any more. */
  readonly ms: number;
}

export interface WriterSummary {
  readonly acknowledged: number;
  readonly longestOutageMs: number;
  /** Each gap of at least 50 ms between acknowledged writes, and every one in which an error fell. */
  readonly outages: readonly Outage[];
  /** Error code to how often. */
  readonly errors: ReadonlyMap<string, number>;
}

export interface WriterHandle {
  /** All ids acknowledged so far. */
  acknowledged(): Promise<readonly number[]>;
  /** Outages that are over, so far; as in the summary. */
  outages(): Promise<readonly Outage[]>;
  /** Resolves when that many writes more than now are acknowledged. */
  progress(writes: number, timeoutMs?: number): Promise<void>;
  stop(): Promise<WriterSummary>;
}

const OUTAGE_MS = 50;
let writers = 0;

/** @returns when the first write is acknowledged. */
export async function startWriter(lab: Lab, options: Partial<WriterSettings> = {}): Promise<WriterHandle> {
  const serial = ++writers;
  const settings: WriterSettings = {
    host: WRITER_ADDRESS,
    user: APPLICATION_ACCOUNT.user,
    password: APPLICATION_ACCOUNT.password,
    database: APPLICATION_ACCOUNT.schema,
    rate: 200,
    connections: 1,
    firstId: serial * 10_000_000,
    durationMs: 600_000,
    connectTimeoutMs: 100,
    queryTimeoutMs: 15_000,
    ...options,
  };
  const log = `/tmp/writer-${process.pid}-${serial}.jsonl`;
  const program = join(LAB_SOURCE, 'writerClient.ts');
  const command = lab.spawn('app', [process.execPath, '--no-warnings', program, log, JSON.stringify(settings)]);
  const events = async (): Promise<readonly WriterEvent[]> => {
    const { stdout } = await lab.exec('app', ['cat', log]);
    return stdout
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as WriterEvent);
  };
  const acknowledged = async (): Promise<readonly number[]> => idsOf(await events());
  const progress = async (writes: number, timeoutMs = 30_000): Promise<void> => {
    const goal = (await acknowledged()).length + writes;
    await waitUntil(`${writes} more writes`, timeoutMs, async () => (await acknowledged()).length >= goal);
  };
  await waitUntil('the first write', 10_000, async () => (await acknowledged()).length > 0).catch((error: unknown) => {
    command.kill('SIGKILL');
    throw new Error(`lab: the writer cannot write: ${command.output()}`, { cause: error });
  });
  return {
    acknowledged,
    progress,
    outages: async () => summarize(await events()).outages,
    stop: () => stopWriter(command, events),
  };
}

async function stopWriter(
  command: RunningCommand,
  events: () => Promise<readonly WriterEvent[]>,
): Promise<WriterSummary> {
  command.kill('SIGTERM');
  const code = await command.ended;
  if (code !== 0) throw new Error(`lab: the writer ended with ${code}: ${command.output()}`);
  return summarize(await events());
}

export function summarize(events: readonly WriterEvent[]): WriterSummary {
  const outages: Outage[] = [];
  const errors = new Map<string, number>();
  let [last, failed, acknowledged] = [0, false, 0];
  for (const event of events) {
    if (event.kind === 'error') {
      failed = true;
      errors.set(event.code, (errors.get(event.code) ?? 0) + 1);
    } else if (event.kind === 'written') {
      const ms = event.atMs - last;
      if (acknowledged > 0 && (failed || ms >= OUTAGE_MS)) outages.push({ startMs: last, ms });
      [last, failed, acknowledged] = [event.atMs, false, acknowledged + 1];
    } else if (failed) {
      outages.push({ startMs: last, ms: Infinity });
    }
  }
  const longestOutageMs = Math.max(0, ...outages.map((outage) => outage.ms));
  return { acknowledged, longestOutageMs, outages, errors };
}

/** How many acknowledged writes this server does not have. Must be 0 on a new master. */
export async function lostWrites(lab: Lab, host: DatabaseName, writer: WriterHandle): Promise<number> {
  const rows = await lab.sql(host, `SELECT id FROM ${APPLICATION_ACCOUNT.schema}.writes`);
  const there = new Set(rows.map((row) => Number(row['id'])));
  return (await writer.acknowledged()).filter((id) => !there.has(id)).length;
}

function idsOf(events: readonly WriterEvent[]): number[] {
  return events.flatMap((event) => (event.kind === 'written' ? [event.id] : []));
}
