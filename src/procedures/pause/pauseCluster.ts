// `pause` and `resume`: a person's time without automatic failover.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { holdManager, letGo, monitorOf, newPause } from './holdManager.ts';
import { readPause, removePause } from './pauseFiles.ts';
import type { Pause } from './Pause.ts';

/**
 * @param conf MHA's application file
 * @throws Failure `refused` where no monitor would obey, and others: then nothing is paused
 */
export async function pauseCluster(
  conf: string,
  wanted: { readonly forMs: number; readonly reason: string | null },
  tools: Tools,
): Promise<Pause> {
  const name = applicationName(conf);
  const monitor = await monitorOf(name, tools);
  if (monitor === null) {
    throw new Failure('refused', `${name}: no mha-helper monitor looks after it: there is nothing to pause`, {
      hint: `a masterha_manager that was started by hand ends with masterha_stop --conf=${conf}`,
    });
  }
  const pause = newPause({ kind: 'pause', ...wanted }, tools);
  await holdManager(name, pause, monitor, { failoverMs: 0 }, tools);
  return pause;
}

export interface Resumed {
  /** What has ended; null: nothing was paused. */
  readonly pause: Pause | null;
  /** Null: it is protected again. */
  readonly why: string | null;
}

/** @param conf MHA's application file. @throws Failure `environment` when it is not known whether it is paused */
export async function resumeCluster(conf: string, tools: Tools): Promise<Resumed> {
  const name = applicationName(conf);
  const pause = await readPause(name, 'person', tools);
  if (pause !== null && isUnknown(pause))
    throw new Failure('environment', pause.unknown, { hint: 'run this as the user that runs MHA' });
  if (pause === null) return { pause: null, why: null };
  if ((await monitorOf(name, tools)) !== null) return { pause, why: await letGo(name, pause, tools) };
  await removePause(name, pause, tools);
  return { pause, why: `no mha-helper monitor looks after it: mha-helper monitor start -c ${conf}` };
}
