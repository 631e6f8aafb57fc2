// Recording a person's word that what the hooks had left to do is done.
import { loadHostSettings } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { appendAcknowledged } from '../../steps/journal.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { readJournal } from './earlierRuns.ts';
import { leftLines, leftToDo } from './leftToDo.ts';

/**
 * @param conf MHA's application file
 * @returns the lines that stood until now
 * @throws Failure `environment` when the record cannot be read or written, and others
 */
export async function acknowledge(conf: string, tools: Tools): Promise<readonly string[]> {
  const app = await loadApplicationConfig(conf, tools.files);
  const hosts = [app.servers[0].hostname];
  const [settings] = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log, app.name);
  const cluster = settings?.cluster ?? '';
  const runs = await readJournal(tools, cluster);
  if (isUnknown(runs)) throw new Failure('environment', runs.unknown);
  const orders = await readOrders(tools, cluster);
  const left = leftToDo(runs, isUnknown(orders) ? [] : orders.lifted);
  if (left.length === 0) return [];
  try {
    const ids = left.map(({ run }) => run.run);
    await appendAcknowledged(tools, cluster, ids, tools.places.operator ?? 'a person');
  } catch (cause) {
    throw new Failure('environment', `the record cannot be written (${errorText(cause)}): nothing is acknowledged`, {
      cause,
    });
  }
  return leftLines(left);
}
