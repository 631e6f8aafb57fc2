// Runs a program where all packages of the hosts are there, though the machine may have none of them: installing sshd
// would start it at the machine's next boot.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVER_NAMES } from './databaseServer.ts';
import { makeEtcd } from './etcd.ts';
import { layerDirectory, makeLayers } from './layer.ts';
import { makeMoto } from './moto.ts';
import { makeOpenstack } from './openstack/openstack.ts';
import { HOST_PACKAGES, MACHINE_PACKAGES } from './packages.ts';
import { databaseServer, haveServer } from './servers.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** Gets all that the tests need. @throws Error when that is impossible */
export function preparePackages(): void {
  const missing = MACHINE_PACKAGES.filter((needed) => !existsSync(needed.file)).map((needed) => needed.name);
  if (missing.length > 0) {
    const { status } = spawnSync(`${checkout}/build/prepare.sh`, ['packages', ...missing], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`lab: ${missing.join(', ')} could not be installed`);
  }
  makeLayers();
}

/** Servers, and services of their own, some of which take minutes. Without one it is not tested; CI does not go on. */
export function prepareServices(): void {
  for (const [what, make] of [
    ["servers other than the machine's own", haveServers],
    ['the store of several managers', makeEtcd],
    ['vip_type = openstack', makeOpenstack],
    ['vip_type = aws', makeMoto],
  ] as const) {
    try {
      make();
    } catch (error) {
      if (process.env['CI'] === 'true') throw error;
      console.error(`*** ${what} cannot be tested: ${error instanceof Error ? error.message : String(error)} ***`);
    }
  }
}

function haveServers(): void {
  for (const name of SERVER_NAMES) haveServer(databaseServer(name, { gtid: false }));
}

/**
 * On the machine as it is when it has the packages, else with the lab's layer laid over /usr and /etc.
 * @returns its exit code
 */
export function runWithPackages(argv: readonly string[]): number {
  const missing = HOST_PACKAGES.filter((needed) => !existsSync(needed.file)).map((needed) => needed.name);
  if (missing.length > 0 && process.getuid?.() !== 0) {
    throw new Error(
      `lab: missing on this machine: ${missing.join(' ')}; root can run the tests without installing them`,
    );
  }
  if (missing.length > 0) preparePackages();
  const script = fileURLToPath(new URL('withPackages.sh', import.meta.url));
  const [program = '', ...args] =
    missing.length === 0
      ? argv
      : ['unshare', '--mount', '--propagation', 'private', 'sh', script, layerDirectory('base'), ...argv];
  return spawnSync(program, args, { stdio: 'inherit' }).status ?? 1;
}
