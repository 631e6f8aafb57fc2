// The files that the last failover has left, which keep MHA from the next one. What is an error here is what
// `monitor status` calls NOT PROTECTED.
import type { Tools } from '../../context/Context.ts';
import { options, type HostSettings } from '../../config/options.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { lastFailoverFiles, lastFailoverMs } from '../../mha/switchCommand.ts';
import { noFailoverBefore } from '../monitor/protection.ts';
import { changedAt } from '../switch/preflight.ts';
import { failed, warning, type Body } from './CheckLine.ts';

interface Seen {
  readonly error: { readonly path: string; readonly at: number | null };
  readonly complete: { readonly path: string; readonly at: number | null };
  /** The monitor's last_failover_minute. */
  readonly minutes: number;
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
    now: tools.clock.now().getTime(),
  });
}

export function lastFailoverLines(seen: Seen): readonly Body[] {
  return [failoverFailed, notYetAgain, onlyByTheMonitor].flatMap((rule) => rule(seen) ?? []);
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
