// The Debian package.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianChangelog, type Build } from '../changelog.ts';
import { hasMonitor } from '../commandTable.ts';
import { root } from '../paths.ts';
import { packageFiles, sorted, text, writeTree, zipped, type PackageFile } from '../packageFiles.ts';

/** Debian's names of the processors. */
const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'amd64', arm64: 'arm64' };

/** What the Node.js inside is linked with: see `readelf -V`. libgcc1 is the older name. */
const depends = 'libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 7), openssh-client';

const documents = '/usr/share/doc/mha-helper';
const places = { documents, zshFunctions: '/usr/share/zsh/vendor-completions', units: '/usr/lib/systemd/system' };

export interface DebOptions extends Build {
  readonly description: readonly string[];
  /** All licences of what is inside. */
  readonly notices: string;
  /** The same for programs: CycloneDX. */
  readonly sbom: string;
  /** An empty directory to build in. */
  readonly scratch: string;
  /** For trials: hardly compressed. */
  readonly fast?: boolean;
}

/** @returns the path of the package in `scratch` */
export function buildDeb(options: DebOptions): string {
  const { version, date, scratch, maintainer } = options;
  const architecture = architectures[process.arch] ?? process.arch;
  const files = sorted([
    ...packageFiles(places),
    text(`${documents}/copyright`, copyright(options)),
    text(`${documents}/mha-helper.cdx.json`, options.sbom),
    zipped(`${documents}/changelog.gz`, debianChangelog(options)),
    text(
      '/usr/share/lintian/overrides/mha-helper',
      ownFile('lintian-overrides') + (hasMonitor() ? ownFile('lintian-overrides-monitor') : ''),
    ),
  ]);
  const tree = join(scratch, 'tree');
  const control = [
    'Package: mha-helper',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${maintainer}`,
    'Section: database',
    'Priority: optional',
    `Installed-Size: ${Math.ceil(files.reduce((sum, file) => sum + kibibytes(file), 0))}`,
    `Depends: ${depends}`,
    'Recommends: mha4mysql-manager, default-mysql-client | virtual-mysql-client',
    `Description: ${options.description[0]}`,
    ...options.description.slice(1).map((line) => ` ${line === '' ? '.' : line}`),
    '',
  ].join('\n');
  writeTree(
    [
      ...files,
      { path: '/DEBIAN', directory: 0o755 },
      text('/DEBIAN/control', control),
      text('/DEBIAN/conffiles', files.flatMap((file) => ('kept' in file ? [`${file.path}\n`] : [])).join('')),
      text('/DEBIAN/md5sums', files.flatMap((file) => ('kept' in file ? [] : checksum(file))).join('')),
      ...scripts().map((name) => ({ path: `/DEBIAN/${name}`, content: ownFile(name), mode: 0o755 })),
    ],
    tree,
    date,
  );
  const file = join(scratch, `mha-helper_${version}_${architecture}.deb`);
  // Level 2: a third of the time of level 6, and a tenth more bytes. dpkg-deb sorts the files and clamps every time.
  execFileSync(
    'dpkg-deb',
    [
      '--root-owner-group',
      '--threads-max=2',
      ...(options.fast === true ? ['-Znone'] : ['-Zxz', '-z2']),
      '--build',
      tree,
      file,
    ],
    {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(date.getTime() / 1000) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return file;
}

/** The two for systemd are needed only where there are units. */
function scripts(): readonly string[] {
  return ['postrm', ...(hasMonitor() ? ['postinst', 'prerm'] : [])];
}

function ownFile(name: string): string {
  return readFileSync(join(root, 'build/deb', name), 'utf8');
}

function copyright({ maintainer, notices, date }: DebOptions): string {
  return [
    'mha-helper',
    `Copyright (C) ${date.getUTCFullYear()} ${maintainer.replace(/ <.*/, '')}`,
    '',
    'This program is free software: you can redistribute it and/or modify it under the terms of the GNU General',
    'Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option)',
    'any later version. On Debian systems the full text of the GNU General Public License version 3 is in',
    '/usr/share/common-licenses/GPL-3.',
    '',
    notices,
  ].join('\n');
}

/** As Debian's policy counts: a link or a directory is one. */
function kibibytes(file: PackageFile): number {
  if ('content' in file) return Math.ceil(Buffer.byteLength(file.content) / 1024);
  return 'from' in file ? Math.ceil(readFileSync(file.from).length / 1024) : 1;
}

function checksum(file: PackageFile): string[] {
  if ('link' in file || 'directory' in file) return [];
  const bytes = 'from' in file ? readFileSync(file.from) : file.content;
  return [`${createHash('md5').update(bytes).digest('hex')}  ${file.path.slice(1)}\n`];
}
