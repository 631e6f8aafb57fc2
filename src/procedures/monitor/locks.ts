// One monitor for a cluster. A lock names its owner's process, so one that was left by a kill -9 is nobody's.
import type { DaemonTools, ProcessIdentity, Tools } from '../../context/Context.ts';
import { fileErrorText } from '../../config/problems.ts';
import { Failure } from '../../errors/errors.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { refuseSameName, sameName } from './sameName.ts';
import { namesOf, parseLock, type Lock } from './monitorFiles.ts';

/** Who monitors a cluster now; null: nobody. @throws Failure `environment` when this account may not know */
export async function holderOf(name: string, tools: Tools, daemon: DaemonTools): Promise<Lock | null> {
  const path = namesOf(tools.places, name).lock;
  const text = await tools.files.read(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw new Failure('environment', `cannot read ${path}: ${fileErrorText(cause)}`, {
      hint: 'run this as the user that runs MHA',
      cause,
    });
  });
  const lock = parseLock(text);
  return lock !== null && daemon.processes.isAlive(lock) ? lock : null;
}

/** @throws Failure `refused` when one is monitored already, or another of the same name is or was */
export async function refuseMonitored(paths: readonly string[], tools: Tools, daemon: DaemonTools): Promise<void> {
  for (const path of paths) {
    const holder = await holderOf(applicationName(path), tools, daemon);
    if (holder === null) continue;
    throw holder.conf === path ? monitoredAlready(path, holder.pid) : sameName(path, holder.conf);
  }
  await refuseSameName(paths, tools);
}

function monitoredAlready(path: string, pid: number | string): Failure {
  return new Failure('refused', `${applicationName(path)} is monitored already, by process ${pid}`, {
    hint: 'see mha-helper monitor status',
  });
}

/**
 * Locks all of them, or none.
 * @throws Failure `refused` when one is monitored already.
 * @returns gives the locks back
 */
export async function lockClusters(
  conf: readonly string[],
  tools: Tools,
  daemon: DaemonTools,
): Promise<() => Promise<void>> {
  const own = daemon.processes.identify(tools.places.pid);
  if (own === null) throw new Failure('environment', '/proc does not show this process');
  const held: string[] = [];
  const release = async (): Promise<void> => {
    for (const path of held) await tools.files.remove(path).catch(() => undefined);
  };
  for (const file of conf) {
    const path = namesOf(tools.places, applicationName(file)).lock;
    const other = await daemon.files.lock(path, lockText(own, file, conf), (text) => ownerLives(text, daemon));
    if (other !== null) {
      await release();
      throw monitoredAlready(file, parseLock(other)?.pid ?? 'unknown');
    }
    held.push(path);
  }
  return release;
}

function lockText({ pid, startTicks }: ProcessIdentity, conf: string, all: readonly string[]): string {
  return `${JSON.stringify({ pid, startTicks, conf, all } satisfies Lock)}\n`;
}

function ownerLives(text: string, { processes }: DaemonTools): boolean {
  const lock = parseLock(text);
  return lock !== null && processes.isAlive(lock);
}
