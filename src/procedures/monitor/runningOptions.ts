// What a monitor that runs was started with: a restart must not take its metrics or its log away.
import type { DaemonTools, Tools } from '../../context/Context.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { holderOf } from './locks.ts';

export interface MonitorArguments {
  readonly metrics?: string;
  readonly logFile?: string;
}

/** Of the monitor of the first of these that has one; none where no one runs, or /proc does not tell. */
export async function runningOptions(
  paths: readonly string[],
  tools: Tools,
  daemon: DaemonTools,
): Promise<MonitorArguments> {
  for (const path of paths) {
    const holder = await holderOf(applicationName(path), tools, daemon);
    if (holder === null) continue;
    return argumentsOf((await tools.files.read(`/proc/${holder.pid}/cmdline`).catch(() => '')).split('\0'));
  }
  return {};
}

export function argumentsOf(argv: readonly string[]): MonitorArguments {
  const value = (name: string): string | undefined => {
    const at = argv.findIndex((word) => word === name || word.startsWith(`${name}=`));
    const word = argv[at];
    return word?.includes('=') === true ? word.slice(name.length + 1) : argv[at + 1];
  };
  const given = (name: string): string | undefined =>
    argv.some((word) => word === name || word.startsWith(`${name}=`)) ? value(name) : undefined;
  const [metrics, logFile] = [given('--metrics'), given('--log-file')];
  return { ...(metrics === undefined ? {} : { metrics }), ...(logFile === undefined ? {} : { logFile }) };
}
