import type { Files, Log } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { selectHosts, type FileReading } from './forHost.ts';
import type { HostSettings } from './options.ts';
import { configFailure, ConfigFailure, fileErrorText, problemLine } from './problems.ts';
import { readCluster, type Cluster } from './validate.ts';

/** Everything that `mha-helper config` and `check` show of a directory. All texts are one line and name the file. */
export interface AllClusters {
  readonly clusters: readonly Cluster[];
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * What is in force for each of the hosts of one cluster that a call by MHA names, in their order. A broken file of
 * another cluster is a warning on the log.
 * @throws Failure `config`: the directory cannot be read, no file or more than one has the host, the hosts are in
 *   different files, or their file is wrong (then a ConfigFailure with every problem of the file).
 */
export async function loadHostSettings(
  directory: string,
  hosts: readonly string[],
  files: Files,
  log: Log,
): Promise<readonly HostSettings[]> {
  const readings = await readDirectory(directory, files);
  const settings = selectHosts(directory, hosts, readings);
  for (const entry of readings) {
    const ours = settings.some(({ file }) => file === entry.file);
    if ('unreadable' in entry)
      log.warn(`${entry.file} cannot be read (${entry.unreadable}); it is not needed for ${hosts.join(', ')}`);
    else if (ours)
      entry.reading.warnings.forEach((warning) => {
        log.warn(problemLine(entry.file, warning));
      });
    else if (entry.reading.cluster === undefined)
      log.warn(`${configFailure(entry.file, entry.reading.problems).message} (not needed for ${hosts.join(', ')})`);
  }
  return settings;
}

/** One cluster's file. @throws ConfigFailure with every problem of the file */
export async function loadCluster(
  path: string,
  files: Files,
): Promise<{ cluster: Cluster; warnings: readonly string[] }> {
  const entry = await readFile(path, files);
  if ('unreadable' in entry)
    throw new ConfigFailure(`cannot read ${path}: ${entry.unreadable}`, [`${path}: ${entry.unreadable}`]);
  const { cluster, problems, warnings } = entry.reading;
  if (cluster === undefined) throw configFailure(path, problems);
  return { cluster, warnings: warnings.map((warning) => problemLine(path, warning)) };
}

/**
 * All clusters of a directory, with all that is wrong with any of them.
 * @throws Failure `config` for the directory itself
 */
export async function loadAllClusters(directory: string, files: Files): Promise<AllClusters> {
  const readings = await readDirectory(directory, files);
  const clusters = readings.flatMap((entry) =>
    'reading' in entry && entry.reading.cluster !== undefined ? [entry.reading.cluster] : [],
  );
  const problems = readings.flatMap((entry) =>
    'unreadable' in entry
      ? [`${entry.file}: ${entry.unreadable}`]
      : configFailure(entry.file, entry.reading.problems).problems,
  );
  const warnings = readings.flatMap((entry) =>
    'reading' in entry ? entry.reading.warnings.map((warning) => problemLine(entry.file, warning)) : [],
  );
  return { clusters, problems: [...problems, ...inTwoClusters(clusters)], warnings };
}

function inTwoClusters(clusters: readonly Cluster[]): string[] {
  const places = clusters.flatMap((cluster) =>
    cluster.hosts.flatMap(({ host, options }) => [
      { what: `host ${host.toLowerCase()}`, file: cluster.file },
      ...(options.vip_type === 'none' || options.writer_vip_cidr === undefined
        ? []
        : [{ what: `writer address ${options.writer_vip_cidr.address}`, file: cluster.file }]),
    ]),
  );
  return [...Map.groupBy(places, ({ what }) => what)].flatMap(([what, found]) => {
    const [first, ...others] = new Set(found.map(({ file }) => file));
    return first === undefined || others.length === 0 ? [] : [`${first}: ${what} is also in ${others.join(', ')}`];
  });
}

async function readDirectory(directory: string, files: Files): Promise<readonly FileReading[]> {
  const hint = 'each cluster needs a file NAME.conf there, with a [default] section and one section per host';
  const names = await files.list(directory).catch((cause: unknown) => {
    throw new Failure('config', `cannot read the configuration directory ${directory}: ${fileErrorText(cause)}`, {
      hint,
      cause,
    });
  });
  const paths = names
    .filter((name) => /^[^.].*\.conf$/.test(name))
    .map((name) => `${directory.replace(/\/+$/, '')}/${name}`);
  if (paths.length === 0) throw new Failure('config', `there is no *.conf file in ${directory}`, { hint });
  return Promise.all(paths.map((path) => readFile(path, files)));
}

async function readFile(file: string, files: Files): Promise<FileReading> {
  const read = await files.read(file).then(
    (text) => ({ text }),
    (error: unknown) => ({ unreadable: fileErrorText(error) }),
  );
  return 'text' in read ? { file, reading: readCluster(file, read.text) } : { file, unreadable: read.unreadable };
}
