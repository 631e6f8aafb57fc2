// Hosts on one wire: each a network namespace with its own processes, joined by a bridge in a namespace of its own. No
// SSH and no database, so they are there in a moment. They end with this process: nothing is left on the machine.
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Shell } from '../../src/context/Context.ts';
import { localShell } from '../../src/adapters/processes/childProcess.ts';

export interface WireHost {
  readonly name: string;
  readonly pid: number;
  readonly shell: Shell;
  /** Runs a program in the host and returns what it prints. @throws when it fails */
  exec(...argv: string[]): string;
  spawn(...argv: string[]): ChildProcess;
}

export interface Wire {
  readonly hosts: readonly WireHost[];
  end(): Promise<void>;
}

/** `eth1` of host n has 10.77.0.n/24 and fd00:77::n/64, n from 1. */
export async function layWire(names: readonly string[]): Promise<Wire> {
  const [bridge, ...holders] = await Promise.all(['bridge', ...names].map(hold));
  if (bridge === undefined) throw new Error('no bridge');
  inside(bridge, 'ip', 'link', 'add', 'wire', 'type', 'bridge', 'forward_delay', '0');
  inside(bridge, 'ip', 'link', 'set', 'wire', 'up');
  const hosts = holders.map((holder, index): WireHost => {
    const n = index + 1;
    // Not in the bridge's process namespace: the number of the other holder means nothing there.
    execFileSync('nsenter', [
      '--target',
      innerPid(bridge),
      '--net',
      'ip',
      'link',
      'add',
      `port${n}`,
      'type',
      'veth',
      'peer',
      'name',
      'eth1',
      'netns',
      innerPid(holder),
    ]);
    inside(bridge, 'ip', 'link', 'set', `port${n}`, 'master', 'wire', 'up');
    inside(holder, 'ip', 'link', 'set', 'lo', 'up');
    inside(holder, 'ip', 'addr', 'add', `10.77.0.${n}/24`, 'dev', 'eth1');
    inside(holder, 'ip', '-6', 'addr', 'add', `fd00:77::${n}/64`, 'dev', 'eth1', 'nodad');
    inside(holder, 'ip', 'link', 'set', 'eth1', 'up');
    const name = names[index] ?? '';
    return {
      name,
      pid: Number(innerPid(holder)),
      shell: shellIn(holder, name),
      exec: (...argv) => inside(holder, ...argv),
      spawn: (...argv) => spawn('nsenter', [...enter(holder), ...argv], { stdio: ['pipe', 'pipe', 'inherit'] }),
    };
  });
  return {
    hosts,
    end: async () => {
      await Promise.all(
        [bridge, ...holders].map(async (holder) => {
          const ended = once(holder, 'exit');
          holder.kill('SIGKILL');
          await ended;
        }),
      );
    },
  };
}

/** A process that holds the namespaces: they go when it goes, and it goes with us, even when we are killed. */
async function hold(): Promise<ChildProcess> {
  const holder = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'unshare',
      '--net',
      '--mount',
      '--pid',
      '--fork',
      '--mount-proc',
      '--kill-child',
      '--propagation',
      'private',
      'sh',
      '-c',
      'mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /run && echo ready && exec sleep infinity',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (holder.stdout === null) throw new Error('no stdout');
  await Promise.race([
    once(holder.stdout, 'data'),
    once(holder, 'exit').then(() => {
      throw new Error('namespaces are not permitted here');
    }),
  ]);
  return holder;
}

/** The namespaces belong to the child of `unshare`; itself it stays in the old process namespace. */
function innerPid(holder: ChildProcess): string {
  const pid = String(holder.pid ?? 0);
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] ?? '';
}

function enter(holder: ChildProcess): string[] {
  return ['--target', innerPid(holder), '--net', '--mount', '--pid'];
}

function inside(holder: ChildProcess, ...argv: string[]): string {
  return execFileSync('nsenter', [...enter(holder), ...argv], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function shellIn(holder: ChildProcess, name: string): Shell {
  const shell = localShell({ env: process.env, label: name });
  return {
    label: name,
    run: (argv, timeoutMs) => shell.run(['nsenter', ...enter(holder), ...argv], timeoutMs),
    close: () => shell.close(),
  };
}
