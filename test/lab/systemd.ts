// A machine that systemd has booted, for the units: systemd.sh makes it.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { CommandOutcome } from './hostCommand.ts';
import { layerDirectory } from './layer.ts';
import { HOST_PACKAGES } from './packages.ts';
import { waitUntil } from './processes.ts';

export interface Booted {
  /** Runs a program there. */
  run(...argv: readonly string[]): Promise<CommandOutcome>;
  /** Puts a file of this machine there, executable. It need not be seen from there: /tmp and /home are others. */
  install(source: string, target: string): Promise<void>;
  stop(): Promise<void>;
}

export async function bootSystemd(): Promise<Booted> {
  const group = `mha-lab-systemd-${process.pid}`;
  const lacking = HOST_PACKAGES.some(({ name, file }) => ['systemd', 'procps'].includes(name) && !existsSync(file));
  const script = fileURLToPath(new URL('systemd.sh', import.meta.url));
  const outer = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', script, group, ...(lacking ? [layerDirectory('base')] : [])],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const init = (): string => {
    try {
      return readFileSync(`/proc/${outer.pid ?? 0}/task/${outer.pid ?? 0}/children`, 'utf8').trim();
    } catch {
      return '';
    }
  };
  const run = (...argv: readonly string[]): Promise<CommandOutcome> =>
    new Promise((resolve) => {
      execFile('nsenter', ['--all', '--target', init(), ...argv], { timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 128), stdout, stderr });
      });
    });
  const install = async (source: string, target: string): Promise<void> => {
    const copy = ['sh', '-c', 'cat >"$1" && chmod 755 "$1"', 'sh', target];
    const child = spawn('nsenter', ['--all', '--target', init(), ...copy], { stdio: ['pipe', 'ignore', 'inherit'] });
    const ended = once(child, 'exit') as Promise<[number | null]>;
    await pipeline(createReadStream(source), child.stdin);
    const [code] = await ended;
    if (code !== 0) throw new Error(`${source} could not be installed as ${target}`);
  };
  const stop = async (): Promise<void> => {
    const pid = init();
    if (/^\d+$/.test(pid)) process.kill(Number(pid), 'SIGKILL');
    if (outer.exitCode === null) await new Promise((resolve) => outer.once('exit', resolve));
    removeControlGroup(group);
  };
  try {
    await waitUntil('systemd to boot', 60_000, async () => {
      if (outer.exitCode !== null) throw new Error('systemd did not boot; see above');
      return /^(running|degraded)$/.test((await run('systemctl', 'is-system-running')).stdout.trim());
    });
    return { run, install, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The hierarchy need not be mounted on this machine, and the groups below are those that systemd has made. */
function removeControlGroup(name: string): void {
  const place = mkdtempSync(join(tmpdir(), 'cgroup-'));
  execFileSync(
    'unshare',
    [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      'mount -t cgroup2 cgroup "$1" && cd "$1" && until find "$2" -depth -type d -exec rmdir {} + ' +
        '2>/dev/null; do sleep 0.1; done',
      'sh',
      place,
      name,
    ],
    { timeout: 10_000 },
  );
  if (existsSync(place)) rmdirSync(place);
}
