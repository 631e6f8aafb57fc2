// Programs on this machine: no shell in between, nothing to read on stdin, a deadline that takes the whole process
// group along.
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { CommandResult, Shell } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { oneLine } from '../../errors/message.ts';

/** Bytes kept of stdout and of stderr each. */
export const outputLimit = 1024 * 1024;
/** A background child may hold the pipes open for ever: so long do we read on after the program itself has ended. */
export const drainMs = 250;

export interface LocalShellDeps {
  readonly env: NodeJS.ProcessEnv;
  /** How messages name this machine; default `this host`. */
  readonly label?: string;
}

/** Programs on the manager host itself. A program that does not exist is exit status 127, as a shell would say. */
export function localShell(deps: LocalShellDeps): Shell {
  const label = deps.label ?? 'this host';
  const running = new Set<() => void>();
  return {
    label,
    run: (argv, timeoutMs) => runProcess(label, argv, timeoutMs, deps.env, running),
    close() {
      for (const kill of running) kill();
      return Promise.resolve();
    },
  };
}

/**
 * Runs one program to its end.
 * @throws Failure `deadline` after `timeoutMs`; the program and whatever it started in its process group are dead by
 *   then.
 */
export function runProcess(
  label: string,
  argv: readonly string[],
  timeoutMs: number,
  env: NodeJS.ProcessEnv,
  running = new Set<() => void>(),
): Promise<CommandResult> {
  const [program, ...args] = argv;
  if (program === undefined) return Promise.reject(new Failure('internal', `${label}: no command to run`));
  return new Promise((resolve, reject) => {
    // A group of its own: the deadline must reach grandchildren too, and Ctrl-C must not cut a step that is to be
    // undone.
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const stdout = new BoundedText();
    const stderr = new BoundedText();
    let drain: NodeJS.Timeout | undefined;
    const kill = () => killGroup(child);
    running.add(kill);
    const finish = (settle: () => void) => {
      running.delete(kill);
      clearTimeout(deadline);
      clearTimeout(drain);
      child.stdout.destroy();
      child.stderr.destroy();
      settle();
    };
    const deadline = setTimeout(() => {
      kill();
      finish(() => reject(deadlineFailure(label, argv, timeoutMs, 'it was killed')));
    }, timeoutMs);
    const ended = (code: number | null, signal: NodeJS.Signals | null) =>
      finish(() => resolve({ code: exitStatus(code, signal), stdout: stdout.text(), stderr: stderr.text() }));
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => finish(() => resolve(notStarted(program, error))));
    child.on('exit', (code, signal) => {
      clearTimeout(deadline);
      drain = setTimeout(() => ended(code, signal), drainMs);
    });
    child.on('close', ended);
  });
}

/** Exit status as a shell gives it: 128 + n when signal n ended the program. */
export function exitStatus(code: number | null, signal: string | null | undefined): number {
  if (code !== null) return code;
  return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}

export function deadlineFailure(label: string, argv: readonly string[], timeoutMs: number, hint: string): Failure {
  return new Failure('deadline', `${label}: "${shown(argv)}" did not end within ${inSeconds(timeoutMs)}`, { hint });
}

/** A duration as messages show it. */
export function inSeconds(ms: number): string {
  return `${Math.round(ms) / 1000} s`;
}

/** A command as messages show it. */
export function shown(argv: readonly string[]): string {
  const text = oneLine(argv.join(' '));
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

/**
 * Kills a child that leads its process group, and the group. Once it has been reaped its number may be somebody else's.
 */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}

function notStarted(program: string, error: NodeJS.ErrnoException): CommandResult {
  const code = error.code === 'ENOENT' ? 127 : 126;
  return { code, stdout: '', stderr: `${program}: ${code === 127 ? 'command not found' : oneLine(error.message)}\n` };
}

/** Text up to outputLimit; what comes after is read and dropped, and the text says so. */
export class BoundedText {
  #chunks: Buffer[] = [];
  #size = 0;
  #dropped = false;

  push(chunk: Buffer): void {
    const room = outputLimit - this.#size;
    if (chunk.length > room) this.#dropped = true;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#size += kept.length;
  }

  text(): string {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    return this.#dropped ? `${text}\n[mha-helper dropped what came after ${outputLimit} bytes]\n` : text;
  }
}
