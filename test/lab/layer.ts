// Packages unpacked beside the machine's root and laid over it in the hosts: nothing is installed on the machine, no
// daemon starts there.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIRECTORY, makeInCache } from './cache.ts';
import { BIND, EXIM, HABETS_ARPING, KEEPALIVED, HOST_PACKAGES, PROMETHEUS, type NeededPackage } from './packages.ts';

export { CACHE_DIRECTORY };

const LAYERS = {
  base: HOST_PACKAGES,
  habetsArping: HABETS_ARPING,
  exim: EXIM,
  bind: BIND,
  keepalived: KEEPALIVED,
  prometheus: PROMETHEUS,
} as const;
export type LayerName = keyof typeof LAYERS;

const LAYER_CACHE = join(CACHE_DIRECTORY, 'layers');

/**
 * Where the layer is kept. A lab uses a copy in its own memory: overlayfs refuses lower layers that lie inside each
 * other.
 */
export function layerDirectory(name: LayerName): string {
  return join(LAYER_CACHE, name);
}

/** The layer as holder.sh has copied it into the memory of a lab. */
export function layerInLab(runDirectory: string, name: LayerName): string {
  return join(runDirectory, 'memory', 'layers', name);
}

export function haveLayer(name: LayerName): boolean {
  return existsSync(layerDirectory(name));
}

/** Packages of the hosts that are neither on the machine nor in the layer. */
export function missingFromHosts(): NeededPackage[] {
  return HOST_PACKAGES.filter(
    (needed) => !existsSync(needed.file) && !existsSync(join(layerDirectory('base'), needed.file)),
  );
}

/** Makes the layers that are missing; quick when none is. */
export function makeLayers(): void {
  if (missingFromHosts().length > 0) makeLayer('base');
  if (!haveLayer('habetsArping')) makeLayer('habetsArping');
  if (!haveLayer('exim')) makeLayer('exim');
  if (!haveLayer('bind')) makeLayer('bind');
  if (!haveLayer('keepalived')) makeLayer('keepalived');
  if (!haveLayer('prometheus')) makeLayer('prometheus');
}

/** Fetches with apt-get what the machine has not installed, and unpacks it. No maintainer script runs. */
function makeLayer(name: LayerName): void {
  // Habets' arping conflicts with the iputils one, but only when both are installed: here each is unpacked into a place
  // of its own.
  const wanted = name === 'base' ? LAYERS[name].filter((needed) => !existsSync(needed.file)) : LAYERS[name];
  makeInCache(layerDirectory(name), (root, work) => {
    const archives = join(work, 'archives');
    mkdirSync(join(archives, 'partial'), { recursive: true });
    makeMergedRoot(root);
    const whole = wanted.filter(({ onlyThat }) => onlyThat !== true);
    if (whole.length > 0) download(archives, whole);
    for (const file of packagesIn(archives)) unpack(join(archives, file), root);
    for (const needed of wanted.filter(({ onlyThat }) => onlyThat === true)) unpackFile(needed, root, work);
  });
}

/** One file of a package, without what the package depends on. */
export function unpackFile({ name, file }: Pick<NeededPackage, 'name' | 'file'>, root: string, work: string): void {
  const alone = join(work, name);
  mkdirSync(alone);
  aptGet(['download', '-qq', '-o', 'APT::Sandbox::User=root', name], alone);
  for (const archive of packagesIn(alone)) unpack(join(alone, archive), root, `.${file}`);
}

function packagesIn(directory: string): string[] {
  return readdirSync(directory).filter((entry) => entry.endsWith('.deb'));
}

/**
 * A real /lib or /sbin directory in the layer would hide the machine's symlink of that name, and with it every library.
 */
function makeMergedRoot(root: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true, mode: 0o755 });
    symlinkSync(join('usr', name), join(root, name));
  }
}

function download(archives: string, packages: readonly NeededPackage[]): void {
  const options = [
    '-o',
    `Dir::Cache::archives=${archives}`,
    '-o',
    'Debug::NoLocking=1',
    '-o',
    'APT::Sandbox::User=root',
  ];
  const names = packages.map((needed) => needed.name);
  aptGet(['install', '-y', '-qq', '--download-only', '--no-install-recommends', ...options, ...names], archives);
}

function aptGet(args: readonly string[], cwd: string): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // The lists may be missing, or so old that a package is no longer where they say.
  if (spawnSync('apt-get', args, { stdio: 'ignore', env, cwd }).status === 0) return;
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env });
  execFileSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env, cwd });
}

function unpack(archive: string, root: string, ...members: readonly string[]): void {
  const tar = execFileSync('dpkg-deb', ['--fsys-tarfile', archive], { maxBuffer: 1 << 30 });
  execFileSync('tar', ['-x', '-C', root, '--keep-directory-symlink', ...members], { input: tar });
}
