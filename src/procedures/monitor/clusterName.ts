// What `-c` means: a path, or a name, in every command the same.
import { normalize } from 'node:path';
import { loadCluster } from '../../config/load.ts';
import { nearest } from '../../config/nearest.ts';
import { fileErrorText } from '../../config/problems.ts';
import type { Places, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { applicationName, loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { isOwnConfiguration, ownConfiguration } from '../../mha/ownConfiguration.ts';
import { directoryOf, namesOf } from './monitorFiles.ts';
import { readStateFile } from './stateFile.ts';

/** Where MHA's application files are looked for. */
export const clusterDirectory = '/etc/mha';

type NameTools = Pick<Tools, 'files'> & { readonly places: Places };

/**
 * The path of the application file.
 * @param given a path (it has a slash), a cluster's name, or the name of a file in /etc/mha. Undefined: the only one
 * @throws Failure `usage` for a name that is none, or that more than one file has, and where it must be given; `config`
 *   for mha-helper's own file
 */
export async function clusterFile(given: string | undefined, tools: NameTools): Promise<string> {
  if (given === undefined) return onlyCluster(tools);
  if (given === '') throw new Failure('usage', '-c is empty', { hint: await choice(tools) });
  if (!given.includes('/')) return fileOfName(given, tools);
  await refuseOwnFile(given, tools);
  return given;
}

/** All application files of /etc/mha, and those that were monitored from elsewhere and are still there; sorted. */
export async function allClusters(tools: NameTools): Promise<readonly string[]> {
  const paths = [...(await inClusterDirectory(tools)), ...(await monitoredFiles(tools))];
  const read = await Promise.all(
    [...new Set(paths)].sort().map(async (path) => ({ path, text: await textOf(path, tools) })),
  );
  // One that cannot be read is a cluster all the same: leaving it out would be a guess.
  return read
    .filter(({ text }) => text !== null && (typeof text !== 'string' || !isOwnConfiguration(text)))
    .map(({ path }) => path);
}

async function onlyCluster(tools: NameTools): Promise<string> {
  const [path, ...more] = await allClusters(tools);
  if (path !== undefined && more.length === 0) return path;
  throw new Failure('usage', path === undefined ? 'no cluster is given' : 'which cluster?', {
    hint: await choice(tools),
  });
}

async function fileOfName(name: string, tools: NameTools): Promise<string> {
  const found = (await inClusterDirectory(tools)).filter(
    (path) => path === `${clusterDirectory}/${name}` || applicationName(path) === name,
  );
  const [path, ...more] = found;
  if (more.length > 0) throw new Failure('usage', `${found.join(' and ')} both have the name ${name}`);
  const file = path ?? (await fileElsewhere(name, tools));
  if (file === null) throw await unknownName(name, tools);
  await refuseOwnFile(file, tools);
  return file;
}

/** The monitor's, a file in the directory of the call, or that of mha-helper's own name for the cluster. */
async function fileElsewhere(name: string, tools: NameTools): Promise<string | null> {
  const monitored = (await monitoredFiles(tools)).find((path) => applicationName(path) === name);
  if (monitored !== undefined) return monitored;
  if (typeof (await textOf(name, tools)) === 'string') return name;
  const own = await filesOfOwn(`${tools.places.configDirectory}/${name}.conf`, tools);
  return own.length === 1 ? (own[0] ?? null) : null;
}

async function unknownName(name: string, tools: NameTools): Promise<Failure> {
  const near = nearest(name, (await allClusters(tools)).map(applicationName));
  if (near !== undefined) return new Failure('usage', `there is no cluster "${name}"; did you mean ${near}?`);
  return new Failure('usage', `there is no cluster "${name}"`, { hint: await choice(tools) });
}

async function choice(tools: NameTools): Promise<string> {
  const names = (await allClusters(tools)).map(applicationName);
  if (names.length > 0) return `-c NAME: ${names.join(', ')}`;
  return `-c FILE names MHA's configuration; there is none in ${clusterDirectory}`;
}

async function refuseOwnFile(path: string, tools: NameTools): Promise<void> {
  const text = await textOf(path, tools);
  if (typeof text !== 'string' || !isOwnConfiguration(text)) return;
  const meant = await filesOfOwn(path, tools);
  const example = `${clusterDirectory}/test_cluster.conf`;
  throw ownConfiguration(
    path,
    meant.length > 0 ? `it is ${meant.join(' or ')}` : `for instance ${example}, with [server1], [server2], ...`,
  );
}

/** The application files that have a host of this file of mha-helper's own; none where there is no such file. */
async function filesOfOwn(path: string, tools: NameTools): Promise<readonly string[]> {
  const own = await loadCluster(path, tools.files).catch(() => null);
  if (own === null) return [];
  const hosts = new Set(own.cluster.hosts.map(({ host }) => host.toLowerCase()));
  const known = await Promise.all(
    (await allClusters(tools)).map(async (file) => {
      const app = await loadApplicationConfig(file, tools.files).catch(() => null);
      return app?.servers.some(({ hostname }) => hosts.has(hostname.toLowerCase())) === true ? [file] : [];
    }),
  );
  return known.flat();
}

async function inClusterDirectory({ files }: NameTools): Promise<readonly string[]> {
  const names = await files.list(clusterDirectory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new Failure('config', `cannot read ${clusterDirectory}: ${fileErrorText(cause)}`, { cause });
  });
  return names.filter(isApplicationFile).map((name) => `${clusterDirectory}/${name}`);
}

/** MHA's configuration, by its name without the directory. */
export function isApplicationFile(name: string): boolean {
  return /^[^.].*\.(cnf|conf)$/.test(name);
}

/** Names of all clusters that were ever monitored here. */
export async function knownClusters(tools: NameTools): Promise<readonly string[]> {
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

async function monitoredFiles(tools: NameTools): Promise<readonly string[]> {
  // Whoever may not read the monitor's directory still names clusters.
  const names = await knownClusters(tools).catch(() => []);
  const records = await Promise.all(names.map((name) => readStateFile(namesOf(tools.places, name).record, tools)));
  return records.flatMap((record) => (record === null ? [] : [normalize(record.conf)]));
}

/** Null: there is no such file. Undefined: it cannot be read. */
async function textOf(path: string, { files }: NameTools): Promise<string | null | undefined> {
  try {
    return await files.read(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : undefined;
  }
}
