// Which clusters a call is about.
import type { Places, Tools } from '../../context/Context.ts';
import { normalize } from 'node:path';
import { fileErrorText } from '../../config/problems.ts';
import { Failure } from '../../errors/errors.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { directoryOf } from './monitorFiles.ts';

export interface Selection {
  /** MHA's application files. */
  readonly conf: readonly string[];
  /** All of a directory. */
  readonly all?: string;
}

/**
 * Absolute paths of the application files, sorted.
 * @throws Failure `usage` for none, or for two of one name, which is MHA's name of the cluster; `config`
 */
export async function selectClusters(
  { conf, all }: Selection,
  tools: Pick<Tools, 'files'>,
): Promise<readonly string[]> {
  const found = all === undefined ? [] : await inDirectory(all.replace(/\/+$/, ''), tools);
  const paths = [...new Set([...conf, ...found].map((path) => normalize(path)))].sort();
  const relative = paths.find((path) => !path.startsWith('/'));
  if (relative !== undefined)
    throw new Failure('usage', `${relative}: the path must begin with /`, {
      hint: 'the monitor runs in another directory',
    });
  for (const [name, same] of Map.groupBy(paths, applicationName)) {
    if (same.length > 1)
      throw new Failure('usage', `${same.join(' and ')} are both the cluster "${name}" for MHA`, { hint: renameOne });
  }
  if (paths.length === 0)
    throw new Failure('usage', 'no cluster is given', {
      hint: 'name one with -c /etc/mha/CLUSTER.cnf, or all of /etc/mha with --all',
    });
  return paths;
}

async function inDirectory(directory: string, { files }: Pick<Tools, 'files'>): Promise<string[]> {
  const names = await files.list(directory).catch((cause: unknown) => {
    throw new Failure('config', `cannot read ${directory}: ${fileErrorText(cause)}`, { cause });
  });
  const found = names.filter((name) => /^[^.].*\.(cnf|conf)$/.test(name)).map((name) => `${directory}/${name}`);
  if (found.length === 0) throw new Failure('config', `there is no *.cnf or *.conf file in ${directory}`);
  return found;
}

/** MHA, and the monitor too, name their files after the cluster's. */
export const renameOne = 'a cluster is named after its file, without the directory; rename one of the files';

/** Names of all clusters that were ever monitored here. */
export async function knownClusters(
  tools: Pick<Tools, 'files'> & { readonly places: Places },
): Promise<readonly string[]> {
  const directory = directoryOf(tools.places);
  const names = await tools.files.list(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new Failure('environment', `cannot read ${directory}: ${fileErrorText(cause)}`, {
      hint: 'run this as the user that runs MHA',
      cause,
    });
  });
  return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
}
