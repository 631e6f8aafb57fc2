// A whole Debian of its own in the cache, for a service whose packages must be configured to work. Nothing in it
// starts.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIRECTORY } from './cache.ts';

export function serviceDirectory(name: string): string {
  return join(CACHE_DIRECTORY, 'services', name);
}

/**
 * Fills an empty directory. debootstrap cannot do it alone: it does not know packages that stand in for others.
 * @throws Error with the end of what was said
 */
export function bootstrapService(root: string, suite: string, packages: readonly string[]): void {
  console.error(`lab: getting ${packages.join(', ')} of Debian ${suite} (once)`);
  run(['debootstrap', '--variant=minbase', suite, root, ...mirror()], 600_000);
  // Debian asks policy-rc.d whether a package may start its service; 101 is "no".
  writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const install =
    'apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io install ' +
    `${packages.join(' ')} && apt-get clean`;
  run(
    [
      'sh',
      '-euc',
      `mount -t proc proc ${root}/proc; exec chroot ${root} env DEBIAN_FRONTEND=noninteractive LC_ALL=C sh ` +
        `-c '${install}'`,
    ],
    900_000,
  );
}

/** In namespaces of its own: what it mounts and starts ends with it, even when it is killed. */
function run(argv: readonly string[], timeout: number): void {
  const isolated = [
    'setpriv',
    '--pdeathsig',
    'KILL',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--propagation',
    'private',
    '--mount-proc',
  ];
  const [program = '', ...args] = [...isolated, ...argv];
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    timeout,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  if (status === 0) return;
  const end = `${stdout}${stderr}`.trim().split('\n').slice(-3).join('; ');
  throw new Error(`lab: ${argv[0] ?? ''} failed: ${error?.message ?? end}`);
}

/** Where this machine gets its packages from; debootstrap has an address of its own. */
function mirror(): string[] {
  try {
    const uris = execFileSync(
      'apt-get',
      ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', 'Origin: Debian', 'Label: Debian'],
      { encoding: 'utf8' },
    );
    return uris
      .split('\n')
      .filter((uri) => /^https?:/.test(uri))
      .slice(0, 1);
  } catch {
    return [];
  }
}
