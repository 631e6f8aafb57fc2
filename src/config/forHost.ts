// Which cluster a call of MHA is about: the one file that has a section for each of the hosts it names.
import { Failure } from '../errors/errors.ts';
import { nearest } from './nearest.ts';
import { configFailure } from './problems.ts';
import type { HostSettings } from './options.ts';
import type { Cluster, ClusterReading } from './validate.ts';

/** A configuration file: what was read in it, or why it could not be read. */
export type FileReading =
  { readonly file: string; readonly reading: ClusterReading } | { readonly file: string; readonly unreadable: string };

/**
 * What the hosts' cluster says of them, in their order and under the names they were asked for.
 * @param called name of the cluster where it is known: that of MHA's file, without its ending. It decides for a host
 *   that has a section in more than one file, because two clusters have servers there
 * @throws Failure `config`
 */
export function selectHosts(
  directory: string,
  hosts: readonly string[],
  files: readonly FileReading[],
  called: string | null,
): readonly HostSettings[] {
  const found = hosts.map((host) => ({ host, file: fileOf(directory, host, files, called) }));
  const first = found[0];
  if (first === undefined) return [];
  const other = found.find(({ file }) => file !== first.file);
  if (other !== undefined) {
    throw new Failure(
      'config',
      `${first.host} has its section in ${first.file} and ${other.host} in ${other.file}: the hosts of one ` +
        'cluster must be in one file',
    );
  }
  const cluster = clusterOf(first.file, files);
  return hosts.map((host) => settingsFor(cluster, host));
}

function fileOf(directory: string, host: string, files: readonly FileReading[], called: string | null): string {
  const having = files.filter((entry) => 'reading' in entry && findName(entry.reading.hostNames, host) !== undefined);
  if (having.length > 1) return ofThatName(host, having, called);
  if (having[0] !== undefined) return having[0].file;
  throw new Failure('config', notFound(directory, host, files), {
    hint:
      similarName(host, files) ??
      `add a section [${host}] to the file of its cluster; its name must be written as the hostname in MHA's ` +
        'configuration',
  });
}

/** Servers of several clusters are on the host. The wrong file would move the address of another cluster. */
function ofThatName(host: string, having: readonly FileReading[], called: string | null): string {
  const named = having.find(({ file }) => called !== null && baseName(file) === `${called}.conf`);
  if (named !== undefined) return named.file;
  const which = called === null ? 'it is not known which cluster is meant' : `none of them is ${called}.conf`;
  throw new Failure(
    'config',
    `${host} has a section in more than one file (${having.map(({ file }) => file).join(', ')}), and ${which}`,
    {
      hint:
        "a host of two clusters needs the file of each to be called as MHA's, for instance " +
        `/etc/mha/${called ?? 'NAME'}.conf and ${having[0]?.file.replace(/[^/]*$/, '') ?? ''}${called ?? 'NAME'}.conf`,
    },
  );
}

function notFound(directory: string, host: string, files: readonly FileReading[]): string {
  const looked = files.map(({ file }) => baseName(file)).join(', ');
  const broken = files
    .filter((entry) => 'unreadable' in entry || entry.reading.problems.length > 0)
    .map((entry) =>
      'unreadable' in entry
        ? `${baseName(entry.file)} (${entry.unreadable})`
        : configFailure(entry.file, entry.reading.problems).message,
    );
  const also = broken.length === 0 ? '' : `; not all of them could be read: ${broken.join(', ')}`;
  return `no section [${host}] in ${directory} (looked in ${looked})${also}`;
}

function similarName(host: string, files: readonly FileReading[]): string | undefined {
  const names = files.flatMap((entry) =>
    'reading' in entry ? entry.reading.hostNames.map((name) => ({ name, file: entry.file })) : [],
  );
  const label = shortName(host);
  const sameHost = names.find(({ name }) => shortName(name) === label && (!name.includes('.') || !host.includes('.')));
  if (sameHost !== undefined) {
    return (
      `${sameHost.file} has [${sameHost.name}]; the section's name must be written as the hostname in MHA's ` +
      `configuration, [${host}]`
    );
  }
  const near = nearest(
    host,
    names.map(({ name }) => name),
  );
  const where = names.find(({ name }) => name === near);
  return where === undefined ? undefined : `the nearest is [${where.name}] in ${where.file}`;
}

// The first label of a name; an address has none but itself.
function shortName(name: string): string {
  return (/^[\d.]+$|:/.test(name) ? name : (name.split('.')[0] ?? name)).toLowerCase();
}

function clusterOf(file: string, files: readonly FileReading[]): Cluster {
  const entry = files.find((candidate) => candidate.file === file);
  if (entry === undefined || !('reading' in entry)) throw new Failure('config', `${file} could not be read`);
  if (entry.reading.cluster === undefined) throw configFailure(file, entry.reading.problems);
  return entry.reading.cluster;
}

function settingsFor(cluster: Cluster, host: string): HostSettings {
  const name = findName(
    cluster.hosts.map((settings) => settings.host),
    host,
  );
  const settings = cluster.hosts.find((candidate) => candidate.host === name);
  if (settings === undefined) throw new Failure('config', `${cluster.file} has no section [${host}]`);
  return { ...settings, host };
}

/**
 * The name among `names` that means this host: letter by letter, else without regard to case, as host names are
 * compared.
 */
export function findName(names: readonly string[], host: string): string | undefined {
  return names.find((name) => name === host) ?? names.find((name) => name.toLowerCase() === host.toLowerCase());
}

function baseName(file: string): string {
  return file.split('/').at(-1) ?? file;
}
