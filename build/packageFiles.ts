// What both packages put on the disk: one list, from which the trees, the conffiles and the spec's %files are made.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { compatFiles } from '../src/adapters/compatLayer.ts';
import { entryNames } from '../src/entryNames.ts';
import { packagedLayer } from '../src/mha/compatLayer.ts';
import { bashCompletion, completedNames, zshCompletion } from './completion.ts';
import { hasMonitor } from './commandTable.ts';
import { configManPage } from './configManPage.ts';
import { manPage, otherName } from './manPage.ts';
import { executablePath, root } from './paths.ts';

export type PackageFile = { readonly path: string } & (
  | { readonly directory: number }
  | { readonly link: string }
  | { readonly content: string | Buffer; readonly mode: number; readonly kept?: boolean }
  | { readonly from: string; readonly mode: number }
);

/** Where the two worlds have different places for the same thing. */
export interface Places {
  readonly zshFunctions: string;
  readonly units: string;
  readonly documents: string;
}

const source = (path: string): string => readFileSync(join(root, path), 'utf8');

/** In the order of their paths. The directories are those that belong to mha-helper alone. */
export function packageFiles(places: Places): readonly PackageFile[] {
  const examples = `${places.documents}/examples`;
  const man = '/usr/share/man/man1';
  const completions = '/usr/share/bash-completion/completions';
  const files: PackageFile[] = [
    { path: '/usr/bin/mha-helper', from: executablePath, mode: 0o755 },
    ...entryNames.map(({ name }) => ({ path: `/usr/bin/${name}`, link: 'mha-helper' })),
    // What is in there may hold a password, and the journal names hosts and users.
    { path: '/etc/mha-helper', directory: 0o750 },
    { path: '/var/lib/mha-helper', directory: 0o750 },
    // Not *.conf: it must not be taken for a cluster. In /etc too, because many systems install no documentation.
    {
      path: '/etc/mha-helper/cluster.conf.example',
      content: source('examples/mha-helper/test_cluster.conf'),
      mode: 0o640,
      kept: true,
    },
    ...documents(places.documents),
    // They lie as they would below /etc.
    ...[
      '',
      '/dns',
      '/grafana',
      '/keepalived',
      '/mha',
      '/mha-helper',
      '/notify',
      '/prometheus',
      '/proxysql',
      '/sudoers.d',
      '/systemd',
    ].map((name) => ({ path: `${examples}${name}`, directory: 0o755 })),
    ...[
      'dns/mha-helper-dns',
      'grafana/mha-helper.json',
      'keepalived/keepalived.conf',
      'keepalived/mha-helper-keepalived',
      'mha/test_cluster.conf',
      'mha-helper/test_cluster.conf',
      'notify/mha-helper-pagerduty',
      'notify/mha-helper-slack',
      'notify/mha-helper-webhook',
      'prometheus/mha-helper.rules.test.yml',
      'prometheus/mha-helper.rules.yml',
      'proxysql/mha-helper-proxysql',
      'sudoers.d/mha_helper',
      'systemd/account.conf',
      'systemd/account-with-sudo.conf',
    ].map((name) => text(`${examples}/${name}`, source(`examples/${name}`))),
    zipped(`${man}/mha-helper.1.gz`, manPage()),
    ...entryNames.map(({ name }) => zipped(`${man}/${name}.1.gz`, otherName)),
    zipped('/usr/share/man/man5/mha-helper.conf.5.gz', configManPage()),
    text(`${completions}/mha-helper`, bashCompletion()),
    ...completedNames()
      .slice(1)
      .map((name) => ({ path: `${completions}/${name}`, link: 'mha-helper' })),
    text(`${places.zshFunctions}/_mha-helper`, zshCompletion()),
    ...layerFiles(),
    ...(hasMonitor() ? monitorFiles(places) : []),
  ];
  return sorted(files);
}

/** The README and all of docs/ that a person reads, with their links to one another whole. */
function documents(directory: string): readonly PackageFile[] {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(md|png|svg)$/.test(name))
    .map((name) => `docs/${name}`);
  const found = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].filter((name) => existsSync(join(root, name)));
  const files = [...found, ...pages].map((name) => ({
    path: `${directory}/${name}`,
    content: readFileSync(join(root, name)),
    mode: 0o644,
  }));
  const directories = new Set(files.flatMap(({ path }) => parents(path)).filter((path) => path.startsWith(directory)));
  return [...[...directories].map((path) => ({ path, directory: 0o755 })), ...files];
}

/** The Perl layer for MHA: executables read it there, and those who start MHA themselves name it in PERL5OPT. */
function layerFiles(): readonly PackageFile[] {
  const files = Object.entries(compatFiles());
  const directories = new Set(
    files
      .flatMap(([name]) => parents(`${packagedLayer}/${name}`))
      .filter((path) => path.startsWith('/usr/share/mha-helper')),
  );
  return [
    ...[...directories].map((path) => ({ path, directory: 0o755 })),
    ...files.map(([name, content]) => text(`${packagedLayer}/${name}`, content)),
  ];
}

function monitorFiles({ units }: Places): readonly PackageFile[] {
  return [
    ...['mha-helper-monitor@.service', 'mha-helper-monitor.service'].map((name) =>
      text(`${units}/${name}`, source(`build/systemd/${name}`)),
    ),
    { path: '/etc/logrotate.d/mha-helper', content: source('build/logrotate'), mode: 0o644, kept: true },
    { path: '/var/log/mha-helper', directory: 0o750 },
  ];
}

export function sorted(files: readonly PackageFile[]): readonly PackageFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function text(path: string, content: string): PackageFile {
  return { path, content, mode: 0o644 };
}

/** Compressed as gzip -9n does it: no name and no time inside. */
export function zipped(path: string, content: string): PackageFile {
  return { path, content: gzipSync(content, { level: 9 }), mode: 0o644 };
}

/** Writes them below a directory, each with the same time and, whatever the umask is, its own mode. */
export function writeTree(files: readonly PackageFile[], directory: string, date: Date): void {
  for (const file of files) {
    const path = join(directory, file.path);
    mkdirSync(dirname(path), { recursive: true });
    if ('directory' in file) mkdirSync(path, { recursive: true });
    else if ('link' in file) symlinkSync(file.link, path);
    else if ('from' in file) copyFileSync(file.from, path);
    else writeFileSync(path, file.content);
    if (!('link' in file)) chmodSync(path, 'directory' in file ? file.directory : file.mode);
  }
  const above = new Set(files.flatMap(({ path }) => parents(path)));
  const ours = new Set(files.map(({ path }) => path));
  for (const path of [...above].filter((name) => !ours.has(name))) chmodSync(join(directory, path), 0o755);
  for (const path of new Set([...ours, ...above])) lutimesSync(join(directory, path), date, date);
}

function parents(path: string): string[] {
  const above = dirname(path);
  return above === '/' ? ['/'] : [above, ...parents(above)];
}
