// One monitor for a cluster. A lock names its owner's process, so one that was left by a kill -9 is nobody's.
import type { DaemonTools, ProcessIdentity, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { namesOf, parseLock, type Lock } from './places.ts';

/** Who monitors a cluster now; null: nobody. */
export async function holderOf(name: string, tools: Tools, daemon: DaemonTools): Promise<Lock | null> {
  const lock = parseLock(await tools.files.read(namesOf(tools.places, name).lock).catch(() => ''));
  return lock !== null && daemon.processes.isAlive(lock) ? lock : null;
}

/** Locks all of them, or none. @throws Failure `refused` when one is monitored already. @returns gives the locks back */
export async function lockClusters(conf: readonly string[], tools: Tools, daemon: DaemonTools): Promise<() => Promise<void>> {
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
      throw new Failure('refused', `${applicationName(file)} is monitored already, by process ${parseLock(other)?.pid ?? 'unknown'}`, { hint: 'see mha-helper monitor status' });
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
