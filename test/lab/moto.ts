// EC2 for tests: moto's server, from Debian, in a root of its own. It ends with the process that has started it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE_DIRECTORY, layerDirectory, makeLayers } from './layer.ts';
import { waitUntil } from './processes.ts';

const ROOT = join(CACHE_DIRECTORY, 'moto');

/** Gets moto where it is not there yet (some minutes, once). @returns null, or why it cannot be had on this machine */
export function prepareMoto(): string | null {
  if (existsSync(ROOT)) return null;
  if (process.getuid?.() !== 0) return 'only root can make a Debian root for moto';
  let work = '';
  try {
    mkdirSync(CACHE_DIRECTORY, { recursive: true });
    makeLayers();
    work = mkdtempSync(join(CACHE_DIRECTORY, 'new-'));
    const root = join(work, 'root');
    const script = fileURLToPath(new URL('motoRoot.sh', import.meta.url));
    const { status } = spawnSync(script, [layerDirectory('debootstrap'), root], { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) return `debootstrap failed: ${existsSync(`${root}.log`) ? readFileSync(`${root}.log`, 'utf8').trim().split('\n').slice(-3).join(' / ') : 'it did not start'}`;
    renameSync(root, ROOT);
    return null;
  } catch (error) {
    // Somebody else may have been quicker.
    return existsSync(ROOT) ? null : String(error);
  } finally {
    if (work !== '') rmSync(work, { recursive: true, force: true });
  }
}

export interface Moto {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts it on loopback. @param inside words before the command, to start it in a host's namespaces */
export async function startMoto(port: number, inside: readonly string[] = []): Promise<Moto> {
  const argv = ['setpriv', '--pdeathsig', 'KILL', ...inside, 'chroot', ROOT, 'moto_server', '-H', '127.0.0.1', '-p', String(port)];
  const child: ChildProcess = spawn(argv[0] ?? '', argv.slice(1), { stdio: 'ignore' });
  await waitUntil('moto to answer', 60_000, async () => {
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}`);
    return fetch(`http://127.0.0.1:${port}/moto-api/`).then(({ ok }) => ok, () => false);
  });
  return {
    port,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
