// Everything a lab needs of the machine, checked before anything is made: one clear line instead of a half-built lab.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { missingFromHosts } from './layer.ts';
import { MACHINE_PACKAGES } from './packages.ts';

/** The first thing in the way of a lab on this machine, or undefined. */
export function obstacle(): string | undefined {
  if (process.platform !== 'linux') return `the lab needs Linux; this is ${process.platform}`;
  if (inChroot())
    return 'the lab cannot run inside a chroot: use a container, a virtual machine, or a root of its own by pivot_root';
  if (process.getuid?.() !== 0) return 'the lab needs root: it makes network and mount namespaces';

  const machine = MACHINE_PACKAGES.filter((needed) => !existsSync(needed.file)).map((needed) => needed.name);
  if (machine.length > 0) return `missing on this machine: apt-get install ${machine.join(' ')}`;

  const hosts = missingFromHosts().map((needed) => needed.name);
  if (hosts.length > 0) {
    const names = hosts.join(' ');
    return (
      `missing for the lab's hosts: ${names}; run "node test/lab/cli.ts packages" (installs nothing) or: ` +
      `apt-get install ${names}`
    );
  }
  return forbidden();
}

/**
 * Whoever enters a mount namespace from outside arrives at the root of the machine, not of the chroot: the lab would
 * take the machine itself for one of its hosts.
 */
function inChroot(): boolean {
  const identity = (path: string): string => {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  };
  try {
    return identity('/') !== identity('/proc/1/root/.');
  } catch {
    return false; // not root: said next
  }
}

/** Tries the real thing, in namespaces that end with the trial. */
function forbidden(): string | undefined {
  const script = [
    'mount --make-rprivate /',
    'mount -t tmpfs trial /tmp',
    'mkdir /tmp/upper /tmp/work /tmp/root',
    'mount -t overlay -o lowerdir=/,upperdir=/tmp/upper,workdir=/tmp/work trial /tmp/root',
    'ip link add name trial type bridge',
    'ip link add name one type veth peer name two',
  ].join(' && ');
  const trial = spawnSync('unshare', ['--net', '--mount', '--uts', '--pid', '--ipc', '--fork', 'sh', '-c', script]);
  if (trial.status === 0) return undefined;
  const reason = trial.stderr.toString().trim().split('\n').at(-1) ?? '';
  return (
    `this machine does not permit namespaces, overlayfs, bridges or veth pairs (${reason}); in a container: ` +
    '--privileged'
  );
}
