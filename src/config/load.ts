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
 * @param called name of the cluster, where it is known; see selectHosts
 * @throws Failure `config`: the directory cannot be read, no file has the host, it is not known which, the hosts are in
 *   different files, or their file is wrong (then a ConfigFailure with every problem of the file).
 */
export async function loadHostSettings(
  directory: string,
  hosts: readonly string[],
  files: Files,
  log: Log,
  called: string | null,
): Promise<readonly HostSettings[]> {
  const readings = await readDirectory(directory, files);
  const settings = selectHosts(directory, hosts, readings, called);
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
  return {
    clusters,
    problems: [...problems, ...addressesInTwo(clusters)],
    warnings: [...warnings, ...hostsInTwo(clusters)],
  };
}

/** Allowed: several clusters have servers on the host. */
function hostsInTwo(clusters: readonly Cluster[]): string[] {
  const places = clusters.flatMap(({ file, hosts }) =>
    hosts.map(({ host }) => ({ what: `host ${host.toLowerCase()}`, file })),
  );
  return inTwoFiles(places).map(
    (line) => `${line}: the file of each cluster must be called as MHA's, without the directory`,
  );
}

function addressesInTwo(clusters: readonly Cluster[]): string[] {
  return inTwoFiles(
    clusters.flatMap(({ file, hosts }) =>
      hosts.flatMap(({ options: { vip_type, writer_vip_cidr } }) =>
        vip_type === 'none' || writer_vip_cidr === undefined
          ? []
          : [{ what: `writer address ${writer_vip_cidr.address}`, file }],
      ),
    ),
  );
}

function inTwoFiles(places: readonly { readonly what: string; readonly file: string }[]): string[] {
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
