// Taking away what keeps MHA from failing over after the last time: on a person's word, who is recorded first.
import { loadHostSettings } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { loadApplicationConfig, type ApplicationConfig } from '../../mha/applicationConfig.ts';
import { lastFailoverFiles } from '../../mha/switchCommand.ts';
import { appendAllowed } from '../../steps/journal.ts';
import { whatIsAtWork } from '../survey/atWork.ts';
import { readJournal } from './earlierRuns.ts';

export interface Block {
  /** MHA's file. */
  readonly path: string;
  /** For a person. */
  readonly text: string;
}

/** Files of MHA that are there; not all of them are in the way at this moment. */
async function filesOf(app: ApplicationConfig, { files }: Pick<Tools, 'files'>): Promise<readonly Block[]> {
  const { error, complete } = lastFailoverFiles(app);
  const blocks: readonly Block[] = [
    { path: error, text: 'a failover has failed, and MHA does no other' },
    { path: complete, text: 'after the last failover MHA refuses another one for a time (last_failover_minute)' },
  ];
  const found = await Promise.all(blocks.map(({ path }) => files.look(path)));
  return blocks.filter((_block, index) => found[index] != null);
}

/**
 * @param conf MHA's application file
 * @returns what was in the way until now
 * @throws Failure `refused` while a failover or a hook is at work; `environment`
 */
export async function allowFailover(conf: string, tools: Tools): Promise<readonly Block[]> {
  const app = await loadApplicationConfig(conf, tools.files);
  const hosts = [app.servers[0].hostname];
  const [settings] = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log, app.name);
  const cluster = settings?.cluster ?? '';
  const atWork = await whatIsAtWork(app, cluster, tools);
  if (atWork !== null) throw new Failure('refused', `${atWork} is at work: wait until it has ended`);
  const blocks = await filesOf(app, tools);
  if (blocks.length === 0) return [];
  const runs = await readJournal(tools, cluster);
  if (isUnknown(runs)) throw new Failure('environment', runs.unknown);
  const last = runs.findLast(({ procedure }) => procedure.startsWith('hard ')) ?? runs.at(-1);
  try {
    await appendAllowed(tools, cluster, last?.run ?? '', tools.places.operator ?? 'a person');
    for (const { path } of blocks) await tools.files.remove(path);
  } catch (cause) {
    throw new Failure('environment', `not all of it could be done: ${errorText(cause)}`, { cause });
  }
  return blocks;
}
