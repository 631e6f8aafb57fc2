// `start` and `stop`: the monitor in the background on hosts without systemd.
import type { DaemonTools, ProcessIdentity, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { holderOf, refuseMonitored } from './locks.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { holdManager, newPause } from '../pause/holdManager.ts';
import type { Pause } from '../pause/Pause.ts';
import { readPause } from '../pause/pauseFiles.ts';
import { namesOf, type Lock } from './monitorFiles.ts';
import { sameName } from './sameName.ts';
import { refuseUnusable } from './usableClusters.ts';
import { readStateFile } from './stateFile.ts';

const pauseMs = 100;
/** A monitor that has started has its locks within this time, in ms. */
const startMs = 15_000;

/**
 * @param named those of the paths that were given one by one
 * @param args what `monitor run` gets.
 * @throws Failure `config` for a file that MHA cannot use, `refused` when one is monitored already, `environment` when
 *   it did not come up.
 * @returns its pid
 */
export async function startMonitor(
  { paths, named }: { readonly paths: readonly string[]; readonly named: readonly string[] },
  args: readonly string[],
  output: string,
  tools: Tools,
  daemon: DaemonTools,
): Promise<number> {
  await refuseUnusable(paths, named, tools);
  await refuseMonitored(paths, tools, daemon);
  const monitor = await daemon.processes.startSelf(['monitor', 'run', ...args], output);
  const holds = async (path: string): Promise<boolean> =>
    (await holderOf(applicationName(path), tools, daemon))?.pid === monitor.pid;
  const up = async (): Promise<boolean> =>
    !daemon.processes.isAlive(monitor) || (await Promise.all(paths.map(holds))).every(Boolean);
  if (!(await waitFor(up, startMs, tools)))
    throw new Failure('deadline', `the monitor (process ${monitor.pid}) has not come up within ${startMs / 1000} s`, {
      hint: `see ${output}`,
    });
  if (daemon.processes.isAlive(monitor)) return monitor.pid;
  const said = (await daemon.files.tail(output, 2000)).trim().split('\n').at(-1) ?? '';
  const why = said === '' ? '' : `: ${said}`;
  throw new Failure('environment', `the monitor ended at once${why}`, { hint: `see ${output}` });
}

export interface StopOptions {
  readonly waitMs: number;
  /** Ends masterha_manager at once, in the middle of a failover too. */
  readonly abort: boolean;
}

export interface Stopped {
  /** Monitors that have ended. */
  readonly ended: readonly number[];
  /** Clusters that a monitor of several goes on without. */
  readonly alone: readonly { readonly path: string; readonly monitor: Lock }[];
}

/** @throws Failure `deadline` when it has not ended in time: it goes on stopping */
export async function stopMonitor(
  paths: readonly string[],
  options: StopOptions,
  tools: Tools,
  daemon: DaemonTools,
): Promise<Stopped> {
  const { waitMs, abort } = options;
  const holders = new Map<number, ProcessIdentity>();
  const alone: { path: string; monitor: Lock }[] = [];
  const names = paths.map(applicationName);
  for (const path of paths) {
    const holder = await holderOf(applicationName(path), tools, daemon);
    if (holder === null) continue;
    if (holder.conf !== path) throw sameName(path, holder.conf);
    const isWhole = holder.all.map(applicationName).every((name) => names.includes(name));
    if (isWhole) holders.set(holder.pid, holder);
    else alone.push({ path, monitor: holder });
  }
  for (const holder of holders.values()) daemon.processes.signal(holder, 'SIGTERM', 'process');
  if (abort) await abortManagers(paths, tools, daemon);
  for (const { path, monitor } of alone) await stopAlone(path, monitor, options, tools);
  await untilEnded(paths, holders, waitMs, tools, daemon);
  return { ended: [...holders.keys()], alone };
}

/** Until it is started again, or the monitor ends. */
async function stopAlone(path: string, monitor: Lock, { waitMs, abort }: StopOptions, tools: Tools): Promise<void> {
  const { pid, startTicks } = monitor;
  const pause = newPause({ kind: 'stop', process: { pid, startTicks } }, tools);
  await holdManager(applicationName(path), pause, monitor, { failoverMs: abort ? 0 : waitMs }, tools);
}

/** Those of the paths that a monitor of several goes on without. */
export async function stoppedAlone(
  paths: readonly string[],
  tools: Tools,
  daemon: DaemonTools,
): Promise<Map<string, Pause>> {
  const found = new Map<string, Pause>();
  for (const path of paths) {
    const holder = await holderOf(applicationName(path), tools, daemon);
    const pause = holder?.conf === path ? await readPause(applicationName(path), 'person', tools) : null;
    if (pause !== null && !isUnknown(pause) && pause.kind === 'stop') found.set(path, pause);
  }
  return found;
}

async function untilEnded(
  paths: readonly string[],
  holders: ReadonlyMap<number, ProcessIdentity>,
  waitMs: number,
  tools: Tools,
  daemon: DaemonTools,
): Promise<void> {
  const ended = (): boolean => [...holders.values()].every((holder) => !daemon.processes.isAlive(holder));
  if (ended()) return;
  const running = await failoversOf(paths, tools);
  if (running.length > 0) tools.log.info(`a failover is running in ${running.join(', ')}: waiting for its end`);
  if (await waitFor(ended, waitMs, tools)) return;
  const when = running.length > 0 ? ' when the failover is over' : '';
  throw new Failure('deadline', `the monitor has not ended within ${waitMs / 1000} s; it ends by itself${when}`, {
    hint: '--abort ends masterha_manager in the middle of a failover too, which leaves the cluster in pieces',
  });
}

/** As masterha_stop --abort does. */
async function abortManagers(paths: readonly string[], tools: Tools, daemon: DaemonTools): Promise<void> {
  for (const path of paths) {
    const phase = (await readStateFile(namesOf(tools.places, applicationName(path)).record, tools))?.state.phase;
    if (phase === undefined || !('manager' in phase)) continue;
    const { manager } = phase;
    daemon.processes.signal(manager, 'SIGTERM', 'group');
    if (!(await waitFor(() => !daemon.processes.isAlive(manager), 5000, tools)))
      daemon.processes.signal(manager, 'SIGKILL', 'group');
  }
}

async function failoversOf(paths: readonly string[], tools: Tools): Promise<readonly string[]> {
  const records = await Promise.all(
    paths.map((path) => readStateFile(namesOf(tools.places, applicationName(path)).record, tools)),
  );
  return records
    .filter((record) => record?.state.status === 'FAILOVER_RUNNING' || record?.state.status === 'PING_FAILED')
    .map((record) => record?.cluster ?? '');
}

async function waitFor(
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
  { clock, interrupted }: Tools,
): Promise<boolean> {
  const end = clock.monotonic() + limitMs;
  while (!(await condition())) {
    if (clock.monotonic() >= end) return false;
    await clock.sleep(pauseMs, interrupted);
  }
  return true;
}
