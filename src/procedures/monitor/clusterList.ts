// Which clusters a call is about.
import type { Places, Tools } from '../../context/Context.ts';
import { normalize } from 'node:path';
import { fileErrorText } from '../../config/problems.ts';
import { Failure } from '../../errors/errors.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { clusterFile, isApplicationFile } from './clusterName.ts';

export interface Selection {
  /** MHA's application files, or names of clusters. */
  readonly conf: readonly string[];
  /** All of a directory. */
  readonly all?: string;
}

/**
 * Absolute paths of the application files, sorted; of the only cluster where none is selected.
 * @throws Failure `usage` for none, or for two of one name, which is MHA's name of the cluster; `config`
 */
export async function selectClusters(
  { conf, all }: Selection,
  tools: Pick<Tools, 'files'> & { readonly places: Places },
): Promise<readonly string[]> {
  const wanted = conf.length === 0 && all === undefined ? [undefined] : conf;
  const named = await Promise.all(wanted.map((one) => clusterFile(one, tools)));
  const found = all === undefined ? [] : await inDirectory(all.replace(/\/+$/, ''), tools);
  const paths = [...new Set([...named, ...found].map((path) => normalize(path)))].sort();
  const relative = paths.find((path) => !path.startsWith('/'));
  if (relative !== undefined)
    throw new Failure('usage', `${relative}: the path must begin with /`, {
      hint: 'the monitor runs in another directory',
    });
  for (const [name, same] of Map.groupBy(paths, applicationName)) {
    if (same.length > 1)
      throw new Failure('usage', `${same.join(' and ')} are both the cluster "${name}" for MHA`, { hint: renameOne });
  }
  return paths;
}

async function inDirectory(directory: string, { files }: Pick<Tools, 'files'>): Promise<string[]> {
  const names = await files.list(directory).catch((cause: unknown) => {
    throw new Failure('config', `cannot read ${directory}: ${fileErrorText(cause)}`, { cause });
  });
  const found = names.filter(isApplicationFile).map((name) => `${directory}/${name}`);
  if (found.length === 0) throw new Failure('config', `there is no *.cnf or *.conf file in ${directory}`);
  return found;
}

/** MHA, and the monitor too, name their files after the cluster's. */
export const renameOne = 'a cluster is named after its file, without the directory; rename one of the files';
