// A whole Debian of its own in the cache: for services whose packages cannot simply be unpacked, or that another release has.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIRECTORY } from './layer.ts';

const ROOTS = join(CACHE_DIRECTORY, 'roots');

export function rootDirectory(name: string): string {
  return join(ROOTS, name);
}

/** Makes the root unless it is there. Nothing in it starts. @throws Error with the end of what debootstrap or apt-get said */
export function makeRoot(name: string, suite: string, packages: readonly string[]): void {
  makeInCache(name, (root) => {
    run(['debootstrap', '--variant=minbase', suite, root, ...mirror()], 600_000);
    // Debian asks policy-rc.d whether a package may start its service; 101 is "no".
    writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    const install = `apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io install ${packages.join(' ')} && apt-get clean`;
    run(['sh', '-euc', `mount -t proc proc ${root}/proc; chroot ${root} env DEBIAN_FRONTEND=noninteractive LC_ALL=C sh -c '${install}'`], 900_000);
  });
}

/** A directory of the cache that is there whole or not at all, whoever else makes it at the same time. */
export function makeInCache(name: string, fill: (directory: string) => void): void {
  const target = rootDirectory(name);
  if (existsSync(target)) return;
  mkdirSync(ROOTS, { recursive: true, mode: 0o755 });
  const work = mkdtempSync(join(CACHE_DIRECTORY, 'new-'));
  try {
    const made = join(work, name);
    mkdirSync(made, { mode: 0o755 });
    fill(made);
    if (!existsSync(target)) renameSync(made, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** In a mount namespace of its own, so that nothing stays mounted, and cannot be removed by mistake, whatever becomes of it. */
function run(argv: readonly string[], timeout: number): void {
  const { status, error, stdout, stderr } = spawnSync('unshare', ['--mount', '--propagation', 'private', ...argv], { timeout, maxBuffer: 1 << 28, encoding: 'utf8' });
  if (status === 0) return;
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-3).join('; ');
  throw new Error(`lab: ${argv[0] ?? ''} failed: ${error?.message ?? said}`);
}

/** Where this machine gets its packages from; debootstrap has one of its own. */
function mirror(): string[] {
  try {
    const uris = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', 'Origin: Debian', 'Label: Debian'], { encoding: 'utf8' });
    return uris.split('\n').filter((uri) => /^https?:/.test(uri)).slice(0, 1);
  } catch {
    return [];
  }
}
