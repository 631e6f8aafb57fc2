// Whether a failover, or a run of the hooks, is at work at this moment: what is seen of the cluster meanwhile is on its
// way somewhere, and nobody may be told to change it.
import type { Tools } from '../../context/Context.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { healthPath, isManager, parseHealthFile } from '../../mha/managerStatus.ts';
import { runLock } from '../run/runLock.ts';

/** In words, for a sentence that goes on with "is at work"; null: nothing is seen to be. */
export async function whatIsAtWork(app: ApplicationConfig, cluster: string, tools: Tools): Promise<string | null> {
  return (await failoverOfManager(app, tools)) ?? (await runOfHooks(cluster, tools));
}

/** A run of this cluster's hooks; null: none. */
export async function runOfHooks(cluster: string, { locks, places }: Pick<Tools, 'locks' | 'places'>) {
  if (cluster === '') return null;
  const lock = await locks.take(runLock(places, cluster), 'a look at the cluster');
  if (lock.kind === 'taken') await lock.release();
  return lock.kind === 'held' ? lock.owner : null;
}

export async function failoverOfManager(
  app: ApplicationConfig,
  { files }: Pick<Tools, 'files'>,
): Promise<string | null> {
  const health = parseHealthFile(await files.read(healthPath(app)).catch(() => ''));
  if (health?.state !== 'FAILOVER_RUNNING') return null;
  const { pid } = health;
  const argv = (await files.read(`/proc/${pid}/cmdline`).catch(() => '')).split('\0');
  return isManager(argv) ? `a failover of masterha_manager (process ${pid})` : null;
}
