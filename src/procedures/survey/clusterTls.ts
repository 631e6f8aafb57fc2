import type { Log, SqlTls, Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { mysqlTls } from '../../config/mysqlTls.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';

/** What is wrong with the files of other clusters is said elsewhere. */
export const quiet: Log = { info: () => undefined, warn: () => undefined };

/**
 * How the servers of a cluster are connected to; undefined: as they want it.
 * @throws Failure `config`: nobody connects in a way that was not asked for
 */
export async function clusterTls(
  { servers, name }: Pick<ApplicationConfig, 'servers' | 'name'>,
  { files, places }: Pick<Tools, 'files' | 'places'>,
): Promise<SqlTls | undefined> {
  const [settings] = await loadHostSettings(places.configDirectory, [servers[0].hostname], files, quiet, name);
  return settings && mysqlTls(settings.options);
}
