// Running programs inside a host: nsenter into all its namespaces.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { childrenOf } from './processes.ts';

export interface CommandOptions {
  readonly input?: string;
  /** Default 30 s. */
  readonly timeoutMs?: number;
  /** Added to PATH, HOME and LANG; nothing of the machine's own environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** A user of the host instead of root. */
  readonly user?: string;
}

export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  /** All that came on stdout and stderr so far, as it came. */
  output(): string;
  /** Exit status; 128 + n when signal n ended it. */
  readonly ended: Promise<number>;
  /** Sends the signal to the program itself. */
  kill(signal: NodeJS.Signals): void;
}

type Pipes = ChildProcessByStdio<Writable, Readable, Readable>;

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGTERM: 15,
};

function enter(init: number, argv: readonly string[], options: CommandOptions): Pipes {
  const login =
    options.user === undefined
      ? []
      : ['setpriv', '--reuid', options.user, '--regid', options.user, '--init-groups', '--'];
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: options.user === undefined ? '/root' : `/home/${options.user}`,
    LANG: 'C.UTF-8',
    ...options.env,
  };
  const args = [
    '--target',
    String(init),
    '--root',
    '--mount',
    '--uts',
    '--ipc',
    '--net',
    '--pid',
    '--',
    ...login,
    ...argv,
  ];
  return spawn('nsenter', args, { detached: true, cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'] });
}

function exitStatus(code: number | null, signal: string | null): number {
  return code ?? 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 0);
}

/** @throws Error when the program has not ended after the timeout; its process group is killed. */
export async function runIn(
  init: number,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandOutcome> {
  const child = enter(init, argv, options);
  const timeoutMs = options.timeoutMs ?? 30_000;
  let [stdout, stderr, late] = ['', '', false];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      late = true;
      killGroup(child, 'SIGKILL');
      // A daemon that kept the pipes open must not hold us up.
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeoutMs);
    child.once('error', reject);
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      resolve(exitStatus(status, signal));
    });
  });
  if (late) throw new Error(`lab: ${argv.join(' ')}: not ended after ${timeoutMs} ms\n${stdout}${stderr}`);
  return { code, stdout, stderr };
}

/** Starts a program that runs on. stdin stays open. */
export function startIn(init: number, argv: readonly string[], options: CommandOptions = {}): RunningCommand {
  const child = enter(init, argv, options);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  child.stdin.on('error', () => undefined);
  if (options.input !== undefined) child.stdin.end(options.input);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(exitStatus(status, signal)));
  });
  const kill = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    // nsenter waits outside for the program it forked inside, and passes no signals on.
    for (const inner of childrenOf(child.pid)) killIfThere(inner, signal);
  };
  return { process: child, output: () => output, ended, kill };
}

/** One that has just ended by itself needs none. */
function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function killGroup(child: Pipes, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) killIfThere(-child.pid, signal);
}
