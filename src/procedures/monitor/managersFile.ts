// The application file that masterha_manager is given: the operator's own, or a copy of it with the same name, from
// which MHA makes the names of its own files.
import type { DaemonTools, Tools } from '../../context/Context.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { withoutServers } from '../../mha/withoutServers.ts';
import { withSecondaryCheck } from '../../mha/withSecondaryCheck.ts';
import { reducedFile } from './monitorFiles.ts';

/**
 * @param absent servers that are left out
 * @param secondaryCheck asks the other managers; null: nobody is asked. A site's own one stays.
 */
export async function managersFile(
  conf: string,
  { servers }: Pick<ApplicationConfig, 'servers'>,
  absent: readonly string[],
  secondaryCheck: string | null,
  { files, places }: Pick<Tools, 'files' | 'places'>,
  daemon: Pick<DaemonTools, 'files'>,
): Promise<string> {
  const blocks = servers.filter(({ hostname }) => absent.includes(hostname)).map(({ id }) => id);
  const asks = secondaryCheck !== null && servers.some(({ scripts }) => scripts.secondaryCheck === undefined);
  if (blocks.length === 0 && !asks) return conf;
  const text = withoutServers(await files.read(conf), blocks);
  const copy = reducedFile(places, conf);
  await daemon.files.replace(copy, asks ? withSecondaryCheck(text, secondaryCheck) : text);
  return copy;
}
