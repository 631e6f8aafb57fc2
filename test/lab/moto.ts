// EC2 for tests: moto's server, from Debian, in a root of its own. It ends with the process that has started it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { makeInCache } from './cache.ts';
import { waitUntil } from './processes.ts';
import { bootstrapService, serviceDirectory } from './serviceRoot.ts';

const ROOT = 'moto';

/** Once, some minutes. @throws Error when that is impossible */
export function makeMoto(): void {
  const root = serviceDirectory(ROOT);
  if (!existsSync(root))
    makeInCache(root, (directory) => {
      bootstrapService(directory, 'trixie', ['python3-moto', 'python3-flask', 'python3-flask-cors']);
    });
}

/** Why there is no EC2 on this machine, or undefined. */
export function motoObstacle(): string | undefined {
  return existsSync(serviceDirectory(ROOT))
    ? undefined
    : `${serviceDirectory(ROOT)} is not there: "make lab-services" makes it`;
}

export interface Moto {
  stop(): Promise<void>;
}

/**
 * On loopback.
 * @param init a process whose network it shall be in; none: this machine's
 */
export async function startMoto(port: number, init?: number): Promise<Moto> {
  const network = init === undefined ? [] : ['nsenter', '--target', String(init), '--net', '--'];
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      ...network,
      'chroot',
      serviceDirectory(ROOT),
      'moto_server',
      '-H',
      '127.0.0.1',
      '-p',
      String(port),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said = `${said}${data.toString()}`.slice(-4000)));
  await waitUntil('moto to listen', 90_000, () => {
    if (child.exitCode !== null) throw new Error(`lab: moto does not start: ${said}`);
    return said.includes('Running on');
  });
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
