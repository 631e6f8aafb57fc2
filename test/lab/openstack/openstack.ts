// Debian's own Keystone and Neutron, filled once with what objects.ts describes; each start is a fresh copy of that.
// Control plane only: no packets.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeInCache } from '../cache.ts';
import { bootstrapService, serviceDirectory } from '../serviceRoot.ts';
import type { Objects } from './objects.ts';

const here = dirname(fileURLToPath(import.meta.url));
const service = join(here, 'service.sh');
const ROOT = 'openstack';
const NAMESPACES = [
  'unshare',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--propagation',
  'private',
];

/** Other contents, another name. */
function stateName(): string {
  const hash = createHash('sha256');
  for (const file of ['fill.ts', 'objects.ts', 'restClient.ts', 'service.sh', 'keystone.conf', 'neutron.conf'])
    hash.update(readFileSync(join(here, file)));
  return `openstack-state-${hash.digest('hex').slice(0, 12)}`;
}

/** Once, three minutes: the packages, and databases with everything in them. @throws Error when that is impossible */
export function makeOpenstack(): void {
  const [root, databases] = [serviceDirectory(ROOT), serviceDirectory(stateName())];
  if (!existsSync(root))
    makeInCache(root, (directory) => {
      bootstrapService(directory, 'bookworm', ['keystone', 'neutron-server', 'mariadb-server']);
    });
  if (!existsSync(databases))
    makeInCache(databases, (directory) => {
      fill(root, directory);
    });
}

function fill(root: string, databases: string): void {
  console.error('lab: setting up Keystone and Neutron (once)');
  const program = ['bash', service, root, databases, '127.0.0.1', 'fill', process.execPath, join(here, 'fill.ts')];
  const [first = '', ...args] = [
    ...NAMESPACES,
    '--net',
    'sh',
    '-c',
    'ip link set lo up && exec "$@"',
    'sh',
    ...program,
  ];
  const { status, error, stderr } = spawnSync(first, args, {
    timeout: 1_500_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`lab: Keystone and Neutron could not be set up: ${error?.message ?? stderr.slice(-2000)}`);
}

/** Why there is no OpenStack on this machine, or undefined. */
export function openstackObstacle(): string | undefined {
  const missing = [ROOT, stateName()].filter((name) => !existsSync(serviceDirectory(name)));
  return missing.length === 0
    ? undefined
    : `${missing.map(serviceDirectory).join(' and ')} not there: "make lab-services" makes it`;
}

export interface Openstack {
  /** `http://` and the address; Keystone is on port 5000, Neutron on 9696. */
  readonly base: string;
  readonly address: string;
  readonly objects: Objects;
  stop(): Promise<void>;
}

/**
 * Takes seconds, and ends with this process.
 * @param init a process whose network it shall be in; none: this machine's, on a loopback address of its own
 */
export async function startOpenstack(init?: number): Promise<Openstack> {
  const { pid } = process;
  const address =
    init === undefined ? `127.${100 + ((pid >> 16) % 100)}.${(pid >> 8) & 255}.${pid & 255}` : '127.0.0.1';
  const network = init === undefined ? [] : ['nsenter', '--target', String(init), '--net', '--'];
  const state = serviceDirectory(stateName());
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      ...network,
      ...NAMESPACES,
      'bash',
      service,
      serviceDirectory(ROOT),
      state,
      address,
      'serve',
      process.execPath,
      join(here, 'warmUp.ts'),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said = `${said}${data.toString()}`.slice(-4000)));
  const ready = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'exit').then(() => false),
  ]);
  if (!ready) throw new Error(`lab: Keystone and Neutron do not start: ${said}`);
  return {
    base: `http://${address}`,
    address,
    objects: JSON.parse(readFileSync(join(state, 'objects.json'), 'utf8')) as Objects,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
