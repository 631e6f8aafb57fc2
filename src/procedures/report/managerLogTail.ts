// The end of MHA's own log, for the mail, and the time when MHA began this failover.
import type { Tools } from '../../context/Context.ts';
import { fileErrorText } from '../../config/problems.ts';
import { errorLine } from '../../errors/message.ts';
import { printable } from '../../mail/printable.ts';
import type { LogTail } from '../../mail/Report.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { Failure } from '../../errors/errors.ts';

const lines = 80;
/** As much of the log is searched for the begin of the failover. */
const bytes = 512 * 1024;
/** Where the log does not tell when the failover began: as far back as it is looked for, in ms. */
const usualFailoverMs = 2 * 3_600_000;
const longestFailoverMs = 24 * 3_600_000;

export interface ManagerLog {
  readonly tail: LogTail;
  /** ISO 8601. */
  readonly since: string;
  /** Of this failover: what the dead master had and the new one has not, or may not have. */
  readonly missingWrites: readonly string[];
}

/** Never throws: the mail says what is missing. */
export async function readManagerLog(
  app: ApplicationConfig | Failure,
  tools: Pick<Tools, 'clock' | 'files'>,
): Promise<ManagerLog> {
  const now = tools.clock.now().getTime();
  const usual = now - usualFailoverMs;
  const without = (missing: string): ManagerLog => ({ tail: { missing }, since: toIso(usual), missingWrites: [] });
  if (app instanceof Failure) return without(errorLine(app));
  if (app.managerLog === undefined) return without(`${app.file} sets no manager_log`);
  try {
    const text = withoutPasswords(printable(await tools.files.tail(app.managerLog, bytes)));
    const begun = failoverBegin(text);
    const known = begun !== null && begun <= now && now - begun < longestFailoverMs;
    return {
      tail: { path: app.managerLog, text: `${text.trimEnd().split('\n').slice(-lines).join('\n')}\n` },
      since: toIso(known ? begun : usual),
      missingWrites: known && now - lastTime(text) < stillWrittenMs ? missingWrites(text) : [],
    };
  } catch (error) {
    return without(`${app.managerLog}: ${fileErrorText(error)}`);
  }
}

const begin = ' - [info] Starting master failover.\n';
/** What the layer says of writes that the new master may lack. */
const layerLine = / - \[(?:error|warning)\](?:\[[^\]]*\])? +mha-helper compat: (.*)$/gm;
const tellsOfWrites = /on the new master|LOST|gtid_slave_pos could not|could not be read from here/;

/** MHA writes into its log right before it calls for the report; one that rests is of an earlier failover. In ms. */
const stillWrittenMs = 5 * 60_000;

function lastTime(log: string): number {
  const [, time] = [...log.matchAll(/^(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}) - \[/gm)].at(-1) ?? [];
  return Date.parse(time ?? '');
}

/**
 * When MHA last said that it begins a failover: its log has the local time, in whole seconds. Null where it says
 * nothing.
 */
export function failoverBegin(log: string): number | null {
  const [, time] =
    [...log.matchAll(/^(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}) - \[info\] Starting master failover\.$/gm)].at(-1) ??
    [];
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? null : ms;
}

const wordsOfMha = [
  ['Dead Master is not SSH reachable. Could not save it', 'MHA has not reached the dead master by SSH'],
  ['Failed to save binary log events from the orig master', 'MHA could not read the binary log of the dead master'],
  ["Skipping trying to save dead master's binary log", 'MHA was told not to read the binary log of the dead master'],
] as const;

/** From the last begin on. Without GTID it is MHA that says it, once it could not reach the host. */
export function missingWrites(log: string): readonly string[] {
  const last = log.slice(log.lastIndexOf(begin));
  const ofLayer = [...last.matchAll(layerLine)].map(([, line = '']) => line).filter((line) => tellsOfWrites.test(line));
  const ofMha = wordsOfMha.flatMap(([words, why]) =>
    last.includes(words)
      ? [`${why}: its last writes, if no replica has received them, are missing on the new master`]
      : [],
  );
  return [...ofLayer, ...ofMha];
}

/** MHA masks them itself; a later MHA, or somebody's own script, might not. */
function withoutPasswords(text: string): string {
  return text.replace(/(password\s*=\s*)(?:'(?:[^']|'\\'')*'|"[^"]*"|\S+)/gi, '$1xxx');
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
