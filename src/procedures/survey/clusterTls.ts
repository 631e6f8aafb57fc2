import type { Log, SqlTls, Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { mysqlTls } from '../../config/mysqlTls.ts';

/** What is wrong with the files of other clusters is said elsewhere. */
export const quiet: Log = { info: () => undefined, warn: () => undefined };

/**
 * How the servers of a cluster are connected to; undefined: as they want it.
 * @param host one of the cluster
 * @throws Failure `config`: nobody connects in a way that was not asked for
 */
export async function clusterTls(
  host: string,
  { files, places }: Pick<Tools, 'files' | 'places'>,
): Promise<SqlTls | undefined> {
  const [settings] = await loadHostSettings(places.configDirectory, [host], files, quiet);
  return settings && mysqlTls(settings.options);
}
