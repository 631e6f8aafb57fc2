// What the process does that has kept connections ready, when MHA has ended: where `start` never came, or was killed,
// the writer is given back, and people are told.
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { ageMs } from '../../steps/moment.ts';
import { loadClusterSettings, sendNotice } from '../monitor/clusterSettings.ts';
import { notify } from '../notify/notify.ts';
import { happenedOf } from '../notify/Notification.ts';
import { runLock } from '../run/runLock.ts';
import { unfinishedRun } from '../run/undoUnfinished.ts';
import { giveBackWriter } from './giveBackWriter.ts';

/** `mha-helper failover` sees MHA's end too, and says more on its terminal: it goes first. In ms. */
const courtesyMs = 2_000;
/** How long another run of the cluster is waited for, in ms. */
const lockedMs = 180_000;
const againMs = 500;
/** A switch that began longer ago is not the one that was watched, in ms. */
const recentMs = 3_700_000;

/** @param conf MHA's application file */
export async function afterMha(conf: string, tools: Tools): Promise<void> {
  const app = await loadApplicationConfig(conf, tools.files);
  const settings = await loadClusterSettings(app, tools);
  const { host } = settings;
  if (host === null) return;
  if ((await unfinishedRun(host.cluster, tools).catch(() => undefined)) === null) return;
  await tools.clock.sleep(courtesyMs, tools.interrupted);
  await untilUnlocked(host.cluster, tools);
  const half = await unfinishedRun(host.cluster, tools).catch(() => null);
  if (half === null || ageMs({ ...half, at: half.startedAt }, tools) > recentMs) return;
  const isOurs = ({ run }: { run: string }): boolean => run === half.run || half.procedure === 'online start';
  const { said, problem } = await giveBackWriter(app, host.cluster, isOurs, { allowed: host.options.give_back }, tools);
  if (said === null) return;
  // A server may take writes all the same: that one was written to is a reason not to give the writer back.
  const became = problem === null ? 'the writer was given back' : 'the writer was NOT given back';
  const subject = `a planned switch broke off; ${became}`;
  await notify(happenedOf({ subject, text: said }), app, host.cluster, tools);
  await sendNotice({ subject, text: said }, host.cluster, conf, settings, tools).catch((error: unknown) => {
    tools.log.warn(errorLine(error));
  });
}

async function untilUnlocked(cluster: string, { clock, interrupted, locks, places }: Tools): Promise<void> {
  for (const until = clock.monotonic() + lockedMs; clock.monotonic() < until;) {
    const lock = await locks.take(runLock(places, cluster), 'a look after MHA has ended');
    if (lock.kind === 'taken') await lock.release();
    if (lock.kind !== 'held') return;
    await clock.sleep(againMs, interrupted);
  }
}
