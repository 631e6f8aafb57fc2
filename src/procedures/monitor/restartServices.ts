// A monitor that is a service of systemd's is restarted by systemd: started beside it, it would have neither the rights
// and options of its unit nor its watchdog, and nobody would start it again.
import type { DaemonTools, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { oneLine } from '../../errors/message.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { commandText } from '../../mha/switchCommand.ts';
import { holderOf } from './locks.ts';
import type { Lock } from './monitorFiles.ts';
import { sameName } from './sameName.ts';
import { serviceOf, systemctl, type Service } from './systemdService.ts';

/** Besides the wait for a failover: until it is up again, in ms. */
const startMs = 60_000;

export interface MonitorService extends Service {
  readonly monitor: Lock;
}

/** Those whose clusters are all among the paths: of one with more, a cluster is restarted alone, within it. */
export async function monitorServices(
  paths: readonly string[],
  tools: Tools,
  daemon: DaemonTools,
): Promise<readonly MonitorService[]> {
  const names = paths.map(applicationName);
  const found = new Map<number, MonitorService>();
  for (const path of paths) {
    const monitor = await holderOf(applicationName(path), tools, daemon);
    if (monitor === null || found.has(monitor.pid)) continue;
    if (monitor.conf !== path) throw sameName(path, monitor.conf);
    if (!monitor.all.map(applicationName).every((name) => names.includes(name))) continue;
    const service = await serviceOf(monitor.pid, tools);
    if (service?.mainPid === String(monitor.pid)) found.set(monitor.pid, { ...service, monitor });
  }
  return [...found.values()];
}

/**
 * Returns when it is up again.
 * @param waitMs for the end of a failover
 * @throws Failure `environment` where systemd refuses, with nothing changed, or where it did not come up; `deadline`
 */
export async function restartService({ unit, isUsers }: Service, waitMs: number, { connect }: Tools): Promise<void> {
  const command = systemctl(isUsers, '--no-ask-password', 'restart', '--', unit);
  const { code, stdout, stderr } = await connect.local.run(command, waitMs + startMs).catch((cause: unknown) => {
    if (!(cause instanceof Failure) || cause.kind !== 'deadline') throw cause;
    throw new Failure('deadline', `systemd has not restarted ${unit} within ${(waitMs + startMs) / 1000} s`, {
      hint: `it goes on: ${commandText(systemctl(isUsers, 'status', unit))}`,
      cause,
    });
  });
  if (code === 0) return;
  throw new Failure('environment', `${commandText(command)}: ${oneLine(stderr || stdout).slice(0, 300)}`, {
    hint: `as an account that may: ${commandText(systemctl(isUsers, 'restart', unit))}`,
  });
}

/** What is not the command's to change. @throws Failure `usage` */
export function refuseOptions(options: readonly string[], services: readonly MonitorService[]): void {
  const [service] = services;
  if (service === undefined || options.length === 0) return;
  const { unit, isUsers, monitor } = service;
  const what = `monitor restart: ${options.join(' and ')}: the monitor (process ${monitor.pid}) is ${unit}`;
  throw new Failure('usage', `${what}, whose options stand in its unit; nothing has been changed`, {
    hint: `change ExecStart: ${commandText(systemctl(isUsers, 'edit', unit))}`,
  });
}

/** Those of the paths that no service has now which was restarted. */
export async function stillToRestart(
  paths: readonly string[],
  restarted: readonly MonitorService[],
  tools: Tools,
  daemon: DaemonTools,
): Promise<readonly string[]> {
  const units = new Set(restarted.map(({ unit }) => unit));
  const isToDo = async (path: string): Promise<boolean> => {
    if (units.size === 0) return true;
    const holder = await holderOf(applicationName(path), tools, daemon);
    const service = holder === null ? null : await serviceOf(holder.pid, tools);
    return service === null || !units.has(service.unit);
  };
  const toDo = await Promise.all(paths.map(isToDo));
  return paths.filter((_, index) => toDo[index]);
}
