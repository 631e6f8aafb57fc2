// The RPM package. rpmbuild only packs a tree that is ready: there is no %prep and no %build.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rpmChangelog } from '../changelog.ts';
import type { DebOptions } from '../deb/build.ts';
import { hasMonitor } from '../commandTable.ts';
import { packageFiles, sorted, text, writeTree, type PackageFile } from '../packageFiles.ts';
import { root } from '../paths.ts';

const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'x86_64', arm64: 'aarch64' };

const licences = '/usr/share/licenses/mha-helper';
const places = {
  documents: '/usr/share/doc/mha-helper',
  zshFunctions: '/usr/share/zsh/site-functions',
  units: '/usr/lib/systemd/system',
};

/** @returns the path of the package in `scratch` */
export function buildRpm(options: DebOptions): string {
  // rpm's own macros take a path with a blank for two.
  if (!/\s/.test(options.scratch)) return buildIn(options);
  const scratch = mkdtempSync('/tmp/mha-helper-rpm-');
  try {
    const made = buildIn({ ...options, scratch });
    const path = join(options.scratch, basename(made));
    copyFileSync(made, path);
    return path;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function buildIn(options: DebOptions): string {
  const { version, date, scratch, notices, sbom } = options;
  const architecture = architectures[process.arch] ?? process.arch;
  const files = sorted([
    ...packageFiles(places),
    { path: licences, directory: 0o755 },
    text(`${licences}/LICENSE`, readFileSync(join(root, 'LICENSE'), 'utf8')),
    text(`${licences}/THIRD-PARTY`, notices),
    text(`${licences}/mha-helper.cdx.json`, sbom),
  ]);
  const tree = join(scratch, 'tree');
  writeTree(files, tree, date);
  const spec = join(scratch, 'mha-helper.spec');
  writeFileSync(spec, specText(options, files));
  const top = join(scratch, 'top');
  mkdirSync(top);
  const settings: Readonly<Record<string, string>> = {
    _topdir: top,
    _rpmdir: scratch,
    _rpmfilename: '%{name}-%{version}-%{release}.%{arch}.rpm',
    _dbpath: join(scratch, 'db'),
    // Nothing of the building machine in the package, and no time but the commit's.
    _buildhost: 'reproducible',
    use_source_date_epoch_as_buildtime: '1',
    clamp_mtime_to_source_date_epoch: '1',
    source_date_epoch_from_changelog: '0',
    // rpm on Debian would choose zstd or gzip by its own taste; level 2 as in the other package.
    _binary_payload: options.fast === true ? 'w1.gzdio' : 'w2T2.xzdio',
  };
  const defines = Object.entries(settings).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  execFileSync(
    'rpmbuild',
    [
      '-bb',
      '--quiet',
      '--target',
      `${architecture}-linux`,
      ...defines,
      '--buildroot',
      join(scratch, 'buildroot'),
      '--define',
      `ready_tree ${tree}`,
      spec,
    ],
    {
      env: { ...process.env, SOURCE_DATE_EPOCH: String(date.getTime() / 1000) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return join(scratch, `mha-helper-${version}-1.${architecture}.rpm`);
}

function specText(options: DebOptions, files: readonly PackageFile[]): string {
  return (
    readFileSync(join(root, 'build/rpm/mha-helper.spec'), 'utf8')
      .replace('@VERSION@', options.version)
      .replace('@PACKAGER@', options.maintainer)
      // RPM's custom is a capital letter, Debian's is none.
      .replace(
        '@SUMMARY@',
        (options.description[0] ?? '').replace(/^./, (letter) => letter.toUpperCase()),
      )
      .replace('@DESCRIPTION@', options.description.slice(1).join('\n'))
      .replace(
        '@DIRECTORIES@',
        files
          .flatMap((file) =>
            isOperators(file) && 'directory' in file
              ? [`[ -d ${file.path} ] || mkdir -p -m ${octal(file.directory)} ${file.path}\n`]
              : [],
          )
          .join(''),
      )
      .replace('@SCRIPTS@', hasMonitor() ? readFileSync(join(root, 'build/rpm/scripts'), 'utf8') : '')
      .replace('@FILES@', files.map(fileLine).join('\n'))
      .replace('@CHANGELOG@', rpmChangelog(options))
  );
}

function fileLine(file: PackageFile): string {
  if ('directory' in file) {
    const line = `%dir %attr(${octal(file.directory)},root,root) ${file.path}`;
    return isOperators(file) ? `%ghost %verify(not user group mode mtime) ${line}` : line;
  }
  if ('link' in file) return file.path;
  return `${kindOf(file)}%attr(${octal(file.mode)},root,root) ${file.path}`;
}

function kindOf(file: PackageFile): string {
  if ('kept' in file) return '%config(noreplace) ';
  if (file.path.startsWith(licences)) return '%license ';
  return file.path.startsWith(places.documents) ? '%doc ' : '';
}

/**
 * A directory that the operator may give to the account MHA runs as. RPM would set owner and mode again with each
 * upgrade, and the hooks could not read their configuration at the next failover: so %pre makes it where it is missing,
 * and nobody touches it again.
 */
function isOperators(file: PackageFile): boolean {
  return 'directory' in file && !file.path.startsWith('/usr/');
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
