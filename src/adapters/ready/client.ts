// A hook's side of readyServer.ts: leaving connections for the next hook, and taking those that the last one left.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, mkdirSync } from 'node:fs';
import { connect as connectSocket, type Socket } from 'node:net';
import type { Connectors, Readiness, Shell, SqlConnection } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import {
  readLines,
  unpackError,
  type ReadyAnswer,
  type ReadyAnswers,
  type ReadyRequest,
  type ReadyTargets,
} from './protocol.ts';

/** How long `stop` waits for the process to be ready, in ms; without it the next hook connects by itself. */
const readyMs = 3_000;
/** How long the next hook looks for it, in ms: it listens on this machine, or is not there. */
const joinMs = 200;
/** A request whose answer is this late, in ms after its own limit, is given up. */
const graceMs = 1_000;

/** Where the process for this pair of servers listens; short, because the path of a socket may have 107 characters. */
export function readyPath(directory: string, key: string): string {
  return `${directory}/ready-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/**
 * Starts the process.
 * @returns what lets it stay; it ends with this one otherwise. Never throws: it only saves time.
 */
export async function keepReady(
  self: readonly string[],
  path: string,
  targets: ReadyTargets,
  env: NodeJS.ProcessEnv,
): Promise<Readiness> {
  const [program = '', ...args] = self;
  try {
    mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true, mode: 0o750 });
    // A session of its own and no output of ours: MHA must not wait for it, and what ends MHA must not end it.
    const child = spawn(program, [...args, 'hold-ready', path], {
      detached: true,
      cwd: '/',
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    child.stdin.write(`${JSON.stringify(targets)}\n`);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit'),
      new Promise((resolve) => (timer = setTimeout(resolve, readyMs))),
    ]);
    clearTimeout(timer);
    child.stdout.destroy();
    child.unref();
    return {
      keep: () => {
        child.stdin.end('keep\n');
      },
    };
  } catch {
    return { keep: () => undefined };
  }
}

/** Connectors over the process that the last hook left; null where there is none. */
export async function takeReady(path: string): Promise<Pick<Connectors, 'mysql' | 'ssh'> | null> {
  try {
    const { uid } = lstatSync(path);
    if (uid !== process.getuid?.()) return null;
    const socket = connectSocket(path);
    socket.on('error', () => undefined);
    const timer = setTimeout(() => socket.destroy(), joinMs);
    await once(socket, 'connect');
    clearTimeout(timer);
    return connectorsOver(socket);
  } catch {
    return null;
  }
}

function connectorsOver(socket: Socket): Pick<Connectors, 'mysql' | 'ssh'> {
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  readLines(socket, (line) => {
    const answer = JSON.parse(line) as ReadyAnswer;
    const waiter = pending.get(answer.id);
    pending.delete(answer.id);
    if ('error' in answer) waiter?.reject(unpackError(answer.error));
    else waiter?.resolve(answer.value);
  });
  socket.on('close', () => {
    for (const waiter of pending.values())
      waiter.reject(
        new Failure('ssh', 'the process that had the connections ready is gone', {
          hint: 'what it was doing may have been done or not',
        }),
      );
    pending.clear();
  });
  async function ask<O extends ReadyRequest['op']>(request: ReadyRequest & { op: O }): Promise<ReadyAnswers[O]> {
    last += 1;
    const id = last;
    let timer: NodeJS.Timeout | undefined;
    try {
      return (await new Promise<unknown>((resolve, reject) => {
        if (socket.destroyed) throw new Failure('ssh', 'the process that had the connections ready is gone');
        pending.set(id, { resolve, reject });
        timer = setTimeout(() => {
          reject(
            new Failure('deadline', `no answer to "${request.op}" from the process that had the connections ready`),
          );
        }, request.timeoutMs + graceMs);
        socket.write(`${JSON.stringify({ id, ...request })}\n`);
      })) as ReadyAnswers[O];
    } finally {
      clearTimeout(timer);
      pending.delete(id);
    }
  }
  const close = (): Promise<void> => Promise.resolve(); // the process ends with the last hook's socket
  socket.unref();
  return {
    async mysql(target, timeoutMs): Promise<SqlConnection> {
      const { connection, threadId } = await ask({ op: 'mysql', target, timeoutMs });
      return {
        threadId,
        close,
        query: (sql, values, limitMs) => ask({ op: 'query', connection, sql, values, timeoutMs: limitMs }),
      };
    },
    async ssh(target, timeoutMs): Promise<Shell> {
      const { connection } = await ask({ op: 'ssh', target, timeoutMs });
      return {
        label: target.label,
        close,
        run: (argv, limitMs) => ask({ op: 'run', connection, argv, timeoutMs: limitMs }),
      };
    },
  };
}
