// The monitor moves what is finished from the journals to their archives, beside all else that it does.
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { rotateJournal } from '../run/rotateJournal.ts';
import { loadClusterSettings } from './clusterSettings.ts';

const everyMs = 3_600_000;

/** Until `over`. What fails is said once, and tried again. */
export async function rotateJournals(paths: readonly string[], tools: Tools, over: AbortSignal): Promise<void> {
  let said = '';
  while (!over.aborted) {
    for (const path of paths) {
      const why = await rotate(path, tools).catch(errorLine);
      if (why === null || why === said) continue;
      said = why;
      tools.log.warn(`${path}: the journal is not rotated: ${why}`);
    }
    await tools.clock.sleep(everyMs, over).catch(() => undefined);
  }
}

async function rotate(path: string, tools: Tools): Promise<null> {
  const app = await loadApplicationConfig(path, tools.files);
  const { host } = await loadClusterSettings(app, tools);
  if (host !== null) await rotateJournal(host.cluster, host.options, tools);
  return null;
}
