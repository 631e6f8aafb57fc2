// The files that the last failover has left, which keep MHA from the next one. What is an error here is what
// `monitor status` calls NOT PROTECTED.
import type { Tools } from '../../context/Context.ts';
import { options, type HostSettings } from '../../config/options.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { lastFailoverFiles, lastFailoverMs } from '../../mha/switchCommand.ts';
import { healthPath, isManager, parseHealthFile } from '../../mha/managerStatus.ts';
import { noFailoverBefore } from '../monitor/protection.ts';
import { changedAt } from '../switch/preflight.ts';
import { failed, warning, type Body } from './CheckLine.ts';

interface Seen {
  readonly error: { readonly path: string; readonly at: number | null };
  readonly complete: { readonly path: string; readonly at: number | null };
  /** The monitor's last_failover_minute. */
  readonly minutes: number;
  /** By host: the monitor takes that of the first. */
  readonly configured: readonly (readonly [host: string, minutes: number])[];
  /** What masterha_manager was started with; null: none runs here. */
  readonly running: number | null;
  readonly now: number;
}

/** @param settings of the cluster's hosts; may be empty */
export async function checkLastFailover(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  tools: Tools,
): Promise<readonly Body[]> {
  const { error, complete } = lastFailoverFiles(app);
  const [failedAt, completedAt] = await Promise.all([changedAt(error, tools), changedAt(complete, tools)]);
  return lastFailoverLines({
    error: { path: error, at: failedAt },
    complete: { path: complete, at: completedAt },
    minutes: settings[0]?.options.last_failover_minute ?? options.last_failover_minute.default,
    configured: settings.map(({ host, options: own }) => [host, own.last_failover_minute] as const),
    running: await runningLimit(app, tools),
    now: tools.clock.now().getTime(),
  });
}

/** MHA's own, in minutes, where it is not told another. */
const mhaMinutes = lastFailoverMs / 60_000;

async function runningLimit(app: ApplicationConfig, { files }: Pick<Tools, 'files'>): Promise<number | null> {
  const health = parseHealthFile(await files.read(healthPath(app)).catch(() => ''));
  if (health === null) return null;
  const argv = (await files.read(`/proc/${health.pid}/cmdline`).catch(() => '')).split('\0').slice(0, -1);
  return isManager(argv) ? limitOf(argv) : null;
}

/** In minutes. @param argv of masterha_manager */
export function limitOf(argv: readonly string[]): number {
  if (argv.some((word) => /^--?ignore_last_failover$/.test(word))) return 0;
  const at = argv.findLastIndex((word) => /^--?last_failover_minute(?:=|$)/.test(word));
  const value = argv[at]?.split('=')[1] ?? argv[at + 1] ?? '';
  return at >= 0 && /^\d+$/.test(value) ? Number(value) : mhaMinutes;
}

export function lastFailoverLines(seen: Seen): readonly Body[] {
  // What runs has the say until it is started anew.
  const now = { ...seen, minutes: seen.running ?? seen.minutes };
  return [
    ...[failoverFailed, notYetAgain, onlyByTheMonitor].flatMap((rule) => rule(now) ?? []),
    ...[managerHasAnother, hostsDiffer].flatMap((rule) => rule(seen) ?? []),
  ];
}

/** It was started before the option was changed, or not by the monitor. */
function managerHasAnother({ running, minutes }: Seen): Body | null {
  if (running === null || running === minutes) return null;
  return warning(
    `masterha_manager runs with last_failover_minute = ${running}, and ${minutes} is configured: that counts from ` +
      'its next start on',
    'mha-helper monitor restart starts it anew',
  );
}

function hostsDiffer({ configured }: Seen): Body | null {
  const [first, ...others] = configured;
  if (first === undefined || others.every(([, minutes]) => minutes === first[1])) return null;
  const all = configured.map(([host, minutes]) => `${minutes} for ${host}`).join(', ');
  return warning(`last_failover_minute is ${all}: the monitor takes that of ${first[0]}`, 'set it in [default] alone');
}

function failoverFailed({ error, now }: Seen): Body | null {
  if (error.at === null) return null;
  return failed(
    'refused',
    `a failover failed ${ago(error.at, now)}, and MHA does no other while ${error.path} is there`,
    'find out what happened then; when it is fixed, remove that file',
  );
}

/** Nothing would fail over now, neither by the monitor nor otherwise. */
function notYetAgain({ complete, minutes, now }: Seen): Body | null {
  const until = noFailoverBefore(complete.at, minutes, now);
  if (complete.at === null || until === null) return null;
  return failed(
    'refused',
    `the last failover was ${ago(complete.at, now)}: no failover before ${until} (last_failover_minute = ${minutes})`,
    `when the cluster is whole again, remove ${complete.path}`,
  );
}

/** MHA's own limit is longer than the one that the monitor gives it. */
function onlyByTheMonitor({ complete, minutes, now }: Seen): Body | null {
  if (complete.at === null || noFailoverBefore(complete.at, minutes, now) !== null) return null;
  if (now - complete.at >= lastFailoverMs) return null;
  const until = new Date(complete.at + lastFailoverMs).toISOString();
  return warning(
    `the last failover was ${ago(complete.at, now)}: only mha-helper monitor fails over again before ${until}`,
    `mha-helper failover --dead needs --ignore-last-failover until then; or remove ${complete.path}`,
  );
}

function ago(at: number, now: number): string {
  return `${Math.max(0, Math.round((now - at) / 60_000))} minutes ago`;
}
