// Clusters are known by the name of their file without its directory, to MHA and so to the monitor. Two files of one
// name must not be taken for each other: the second would get the state of the first, or end its monitor.
import type { Places, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { renameOne } from './clusterList.ts';
import { namesOf } from './monitorFiles.ts';
import { readStateFile } from './stateFile.ts';

/**
 * A file that has been moved is the same cluster as before.
 * @throws Failure `refused` when another file that is still there has the name
 */
export async function refuseSameName(
  paths: readonly string[],
  tools: Pick<Tools, 'files'> & { readonly places: Places },
): Promise<void> {
  for (const path of paths) {
    const name = applicationName(path);
    const known = await readStateFile(namesOf(tools.places, name).record, tools);
    if (known === null || known.conf === path || !(await isThere(known.conf, tools))) continue;
    throw sameName(path, known.conf);
  }
}

export function sameName(path: string, other: string): Failure {
  const text = `${path}: the cluster "${applicationName(path)}" is already that of ${other}`;
  return new Failure('refused', text, { hint: renameOne });
}

function isThere(path: string, { files }: Pick<Tools, 'files'>): Promise<boolean> {
  return files.read(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}
