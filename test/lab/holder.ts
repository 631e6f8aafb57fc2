// Starts the lab's namespaces (holder.sh) and finds the PID 1 of each host, as seen from the machine.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOSTS, HOST_NAMES, type HostName } from './hosts.ts';
import { CACHE_DIRECTORY } from './layer.ts';
import { type ProcessIdentity, childrenOf, commandLine, identify, isAlive, signal, waitUntil } from './processes.ts';

export const LAB_SOURCE = dirname(fileURLToPath(import.meta.url));
/** The checkout; every host sees it, read-only, at the same path. */
export const CHECKOUT = dirname(dirname(LAB_SOURCE));

export interface Holder {
  readonly outermost: ProcessIdentity;
  /** PID 1 of the namespace with the switch and the memory of the lab. */
  readonly switchInit: number;
  readonly hosts: readonly HostName[];
  /** PID 1 of each; throws for a host that this lab does not have. */
  readonly hostInits: Readonly<Record<HostName, number>>;
}

export interface HolderOptions {
  /** The lab ends with this process, even by kill -9; otherwise it lives until `stopHolder`. */
  readonly ephemeral: boolean;
  readonly hosts: readonly HostName[];
  /** overlayfs' lowerdir of a host, topmost first. */
  readonly lowerDirectories: (host: HostName) => readonly string[];
}

const UNSHARE = [
  'unshare',
  '--net',
  '--mount',
  '--uts',
  '--pid',
  '--ipc',
  '--fork',
  '--kill-child',
  '--propagation',
  'private',
  '--mount-proc',
];

export async function startHolder(directory: string, options: HolderOptions): Promise<Holder> {
  const specs = options.hosts.map((name) => {
    const host = HOSTS[name];
    return [name, host.interface, host.ipv4, host.ipv6, options.lowerDirectories(name).join(':')].join('=');
  });
  // The signal comes when the thread that spawned ends, so an ephemeral lab must be started from a main thread.
  const prefix = options.ephemeral ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  const [program = '', ...args] = [
    ...prefix,
    ...UNSHARE,
    'sh',
    join(LAB_SOURCE, 'holder.sh'),
    directory,
    CHECKOUT,
    CACHE_DIRECTORY,
    ...specs,
  ];
  const child = spawn(program, args, { detached: true, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ready = new Promise<boolean>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve(false));
    child.stdout.once('data', () => resolve(true));
  });
  if (!(await ready)) throw new Error(`lab: the hosts do not start: ${errors}${logOf(directory)}`);
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  try {
    return findHolder(child.pid ?? 0);
  } catch (error) {
    // Nobody else knows of it yet: a persistent lab would stay for ever.
    child.kill('SIGKILL');
    throw error;
  }
}

/** @throws Error when the lab is not up or not whole. */
export function findHolder(pid: number): Holder {
  const outermost = identify(pid);
  const switchInit = childrenOf(pid)[0];
  if (outermost === undefined || switchInit === undefined) throw new Error('lab: not up');
  const inits = new Map<string, number>();
  for (const init of childrenOf(switchInit).flatMap(childrenOf)) {
    inits.set(commandLine(init).at(-1) ?? '', init);
  }
  const missing = HOST_NAMES.filter((name) => !inits.has(name));
  if (missing.length > 0) throw new Error(`lab: host ${missing.join(', ')} is not up`);
  const hosts = (Object.keys(HOSTS) as HostName[]).filter((name) => inits.has(name));
  return { outermost, switchInit, hosts, hostInits: hostInits(inits) };
}

function hostInits(found: ReadonlyMap<string, number>): Record<HostName, number> {
  const inits = Object.fromEntries(found) as Record<HostName, number>;
  for (const name of Object.keys(HOSTS).filter((one) => !found.has(one))) {
    Object.defineProperty(inits, name, {
      get: () => {
        throw new Error(`lab: there is no host ${name} in this lab; it is there with MANAGERS=3`);
      },
    });
  }
  return inits;
}

/** Ends every process of the lab. */
export async function stopHolder(outermost: ProcessIdentity): Promise<void> {
  const inside = childrenOf(outermost.pid)
    .map(identify)
    .filter((found) => found !== undefined);
  if (!isAlive(outermost)) return;
  signal(outermost, 'SIGKILL');
  await waitUntil('the end of the lab', 5000, () => ![outermost, ...inside].some(isAlive));
}

function logOf(directory: string): string {
  try {
    return readFileSync(join(directory, 'lab.log'), 'utf8');
  } catch {
    return '';
  }
}
