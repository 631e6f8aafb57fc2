// A server of another Debian than the machine's, in a root directory of its own in the cache: it runs by chroot, its
// clients with its libraries.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIRECTORY, makeInCache } from './cache.ts';
import type { Fetched } from './databaseServer.ts';
import { writeCommand } from './hostFiles.ts';

// What the server shares with its host. The root lies on the machine's disk and shows through: writes stay in the lab's
// memory.
const SHARED = ['/etc/mysql', '/var/lib/mysql', '/var/log/mysql', '/run/mysqld', '/run/lab', '/tmp', '/dev', '/proc'];

const LOADERS: Readonly<Record<string, readonly [loader: string, libraries: string]>> = {
  x64: ['lib64/ld-linux-x86-64.so.2', 'usr/lib/x86_64-linux-gnu'],
  arm64: ['lib/ld-linux-aarch64.so.1', 'usr/lib/aarch64-linux-gnu'],
};

export interface DebianRoot extends Fetched {
  readonly prepare: readonly string[];
  /** Words of a shell in front of a program of the root. */
  readonly chroot: string;
  /**
   * Shell lines that put these programs of the root into /usr/bin of a host, instead of whatever has the name there.
   */
  clients(programs: Readonly<Record<string, string>>): string[];
}

/**
 * @param name of the directory
 * @param suite of Debian
 * @param file relative; of one of the packages
 */
export function debianRoot(name: string, suite: string, packages: readonly string[], file: string): DebianRoot {
  const directory = join(CACHE_DIRECTORY, 'servers', name);
  const [loader, libraries] = LOADERS[process.arch] ?? ['', ''];
  return {
    file: join(directory, file),
    fetch: () => {
      makeInCache(directory, (root) => {
        bootstrap(root, suite, packages);
      });
    },
    prepare: SHARED.flatMap((path) => [
      `mkdir -p ${path} ${directory}${path}`,
      `mount --rbind ${path} ${directory}${path}`,
    ]),
    chroot: `chroot --userspec="$(id -u mysql):$(id -g mysql)" ${directory}`,
    clients: (programs) =>
      Object.entries(programs).flatMap(([called, program]) => [
        `rm -f /usr/bin/${called}`,
        writeCommand({
          path: `/usr/bin/${called}`,
          mode: '755',
          // Not by chroot: MHA's user is not root.
          content:
            `#!/bin/sh\nexec ${join(directory, loader)} --library-path ${join(directory, libraries)} ` +
            `${join(directory, 'usr/bin', program)} "$@"`,
        }),
      ]),
  };
}

/** In namespaces of its own: what debootstrap mounts and starts ends with it, even when it is killed. */
function bootstrap(root: string, suite: string, packages: readonly string[]): void {
  console.error(`lab: getting ${packages.join(', ')} of Debian ${suite} (once)`);
  const command = [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
    '--mount-proc',
    'debootstrap',
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    suite,
    root,
  ];
  const { status, stdout, stderr, error } = spawnSync('setpriv', ['--pdeathsig', 'KILL', ...command], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status !== 0)
    throw new Error(
      `lab: debootstrap of ${suite} failed: ` +
        `${error?.message ?? (stdout + stderr).trim().split('\n').slice(-3).join('\n')}`,
    );
  for (const path of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man'])
    rmSync(join(root, path), { recursive: true, force: true });
}
