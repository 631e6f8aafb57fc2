// A program on this machine that may run for long and is watched while it does: MHA's switch. It has no time limit,
// because ending it half-way is what must not happen; it only ends early when the operator interrupts us.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamOptions } from '../../context/StreamOptions.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { exitStatus } from './childProcess.ts';

/** How often a followed log file is looked at, in ms. */
const followMs = 100;
/**
 * A program that has not ended so long after SIGINT gets SIGTERM. A hook's undoing takes up to 60 s, and a step before
 * that its limit.
 */
const interruptMs = 180_000;
/** What the program has started in its process group (a hook that undoes) is waited for so long after its own end. */
const groupMs = 120_000;
const groupPollMs = 50;

/**
 * Runs a program in a process group of its own, so that Ctrl-C reaches it through us only, and resolves with its exit
 * status (128 + n when signal n ended it) when the whole group has ended and all output was handed on. A program that
 * is not there is exit status 127.
 * @throws Failure `environment` when no program can be started.
 */
export async function streamProcess(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  options: StreamOptions,
): Promise<number> {
  const [program = '', ...args] = argv;
  const log = options.follow === undefined ? null : await followed(options.follow, options.onOutput);
  // Without SIGPIPE the program outlives us when we are killed with -9, and comes to its end: half a switch would be
  // worse.
  const child = spawn('sh', ['-c', 'trap "" PIPE; exec "$@"', 'sh', program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', options.onOutput);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Failure('environment', `${program} cannot be started: ${errorText(error)}`, { cause: error })),
    );
    child.once('exit', (code, signal) => resolve(exitStatus(code, signal)));
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let late: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    // SIGINT whatever we got ourselves: MHA's planned switch has a handler only for that one, and ends its sessions on
    // the servers in it.
    signalGroup(child.pid, 'SIGINT');
    const { killAfterMs } = options;
    late = setTimeout(
      () => signalGroup(child.pid, killAfterMs === undefined ? 'SIGTERM' : 'SIGKILL'),
      killAfterMs ?? interruptMs,
    );
  };
  if (options.interrupted.aborted) interrupt();
  options.interrupted.addEventListener('abort', interrupt, { once: true });
  const watching = log?.watch();
  try {
    const code = await ended;
    await groupEnd(child.pid);
    await Promise.race([closed, sleep(followMs)]);
    return code;
  } finally {
    clearTimeout(late);
    options.interrupted.removeEventListener('abort', interrupt);
    log?.stop();
    await watching;
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Resolves when no process of the group is left, or after groupMs: then it is somebody's daemon. */
async function groupEnd(leader: number | undefined): Promise<void> {
  for (let waited = 0; waited < groupMs && signalGroup(leader, 0) && hasLiveMember(leader); waited += groupPollMs)
    await sleep(groupPollMs);
}

/** A process that has ended is in its group until its parent asks for it, which in a container may be never. */
function hasLiveMember(group: number | undefined): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
        // The name before it stands in parentheses, and may hold blanks and parentheses itself.
        const [state = 'Z', , its] = text.slice(text.lastIndexOf(')') + 2).split(' ');
        return Number(its) === group && !/[ZX]/.test(state);
      } catch {
        return false;
      }
    });
}

/** False when there is no such group any more. */
function signalGroup(leader: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (leader === undefined) return false;
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}

/** Hands on what is appended to a file from now on. A file that does not exist yet, or cannot be read, is no error. */
async function followed(
  path: string,
  onOutput: (text: string) => void,
): Promise<{ watch(): Promise<void>; stop(): void }> {
  const decoder = new TextDecoder();
  const stopped = new AbortController();
  let file: FileHandle | undefined = await openQuietly(path);
  let position = file === undefined ? 0 : (await file.stat()).size;
  async function handOn(): Promise<void> {
    file ??= await openQuietly(path);
    if (file === undefined) return;
    const buffer = Buffer.alloc(65_536);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      onOutput(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
    }
  }
  return {
    async watch() {
      while (!stopped.signal.aborted) {
        await handOn().catch(() => undefined);
        await sleep(followMs, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
      await handOn().catch(() => undefined);
      await file?.close();
    },
    stop: () => stopped.abort(),
  };
}

function openQuietly(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r').catch(() => undefined);
}
