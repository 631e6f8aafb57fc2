// A process that has connections open for the next hook. In a planned switch MHA calls `stop` and, some tens of
// milliseconds later, `start`: while clients wait, `start` would load both protocols and log in to the same server and
// host that `stop` has just been logged in to.
//
// It is left by a `stop` that succeeded, serves one `start`, and watches MHA until that has ended. It decides nothing:
// every query and every command comes from the hook, with the hook's limits.
import { once } from 'node:events';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Connectors, MhaProcess, Shell, ShellTarget, SqlConnection, SqlTarget } from '../../context/Context.ts';
import { linesOf } from './lines.ts';
import { packError, readLines, type ReadyRequest, type ReadyTargets } from './protocol.ts';

/** How long the connections wait for a hook, in ms. */
const waitMs = 60_000;
/** How long a connection may take that is made in advance, in ms. */
const connectMs = 5_000;

/** How long a planned switch is watched at most, in ms: MHA waits in it until the new master has caught up. */
const watchMs = 3_600_000;
/** How often is looked whether MHA is still there, in ms. */
const lookMs = 200;

/**
 * Opens what the first line of `input` names, says `ready` on `output`, and serves. Ends when `input` closes without
 * the word `keep`: then the hook that began this has failed, or is gone.
 *
 * Where MHA is known that called for it, this stays until MHA has ended, whoever has come for the connections by then:
 * MHA that is killed between `stop` and `start` leaves no master, and nobody else would notice.
 * @returns MHA's application file when MHA has ended, else null
 */
export async function serveReady(
  path: string,
  connect: Connectors,
  input: Readable,
  output: Writable,
  interrupted: AbortSignal,
): Promise<string | null> {
  const lines = linesOf(input);
  const targets = JSON.parse(await lines.next()) as ReadyTargets;
  const held = new Held(connect);
  await Promise.allSettled([
    ...targets.mysql.map((target) => held.mysql(target, connectMs)),
    ...targets.ssh.map((target) => held.ssh(target, connectMs)),
  ]);
  rmSync(path, { force: true });
  const server = createServer();
  // Before anybody can connect: the socket stands for the accounts of MHA.
  process.umask(0o177);
  server.listen(path);
  await once(server, 'listening');
  chmodSync(path, 0o600);
  const { ino } = lstatSync(path);
  const { caller } = targets;
  const waited = new AbortController();
  const interruption = new Promise<'interrupted'>((resolve) => {
    interrupted.addEventListener('abort', () => resolve('interrupted'));
  });
  const client = once(server, 'connection') as Promise<[Socket]>;
  output.write('ready\n');
  try {
    if ((await Promise.race([lines.next(), timer(waitMs), interruption])) !== 'keep') return null;
    const ended = caller === null ? timer(waitMs) : untilEnded(caller, connect, waited.signal);
    const socket = await Promise.race([client, ended, interruption]);
    removeOwn(path, ino);
    server.close();
    if (Array.isArray(socket)) await serve(socket[0], held);
    await held.close();
    if (caller === null) return null;
    return (await Promise.race([ended, interruption])) === 'ended' ? caller.conf : null;
  } finally {
    waited.abort();
    removeOwn(path, ino);
    server.close();
    await held.close();
  }
}

function timer(ms: number): Promise<'late'> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'late').unref());
}

async function untilEnded(caller: MhaProcess, connect: Connectors, stop: AbortSignal): Promise<'ended' | 'late'> {
  for (const until = performance.now() + watchMs; performance.now() < until && !stop.aborted;) {
    if (!(await connect.isRunning(caller))) return 'ended';
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return 'late';
}

/** A later process may have put its own socket there. */
function removeOwn(path: string, ino: number): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path, { force: true });
}

async function serve(socket: Socket, held: Held): Promise<void> {
  readLines(socket, (line) => {
    const { id, ...request } = JSON.parse(line) as ReadyRequest & { id: number };
    held.answer(request).then(
      (value) => socket.write(`${JSON.stringify({ id, value })}\n`),
      (error: unknown) => socket.write(`${JSON.stringify({ id, error: packError(error) })}\n`),
    );
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
}

/** The connections, by the number that the hook knows them by, and those that nobody has asked for yet. */
class Held {
  readonly #connect: Connectors;
  readonly #waiting = new Map<string, Promise<SqlConnection | Shell>>();
  readonly #connections: (SqlConnection | Shell)[] = [];

  constructor(connect: Connectors) {
    this.#connect = connect;
  }

  mysql(target: SqlTarget, timeoutMs: number): Promise<SqlConnection> {
    return this.#hold(`mysql ${JSON.stringify(target)}`, () =>
      this.#connect.mysql(target, timeoutMs),
    ) as Promise<SqlConnection>;
  }

  ssh(target: ShellTarget, timeoutMs: number): Promise<Shell> {
    return this.#hold(`ssh ${JSON.stringify(target)}`, () => this.#connect.ssh(target, timeoutMs)) as Promise<Shell>;
  }

  async answer(request: ReadyRequest): Promise<unknown> {
    switch (request.op) {
      case 'mysql': {
        const open = (): Promise<SqlConnection> => this.#connect.mysql(request.target, request.timeoutMs);
        const taken = (await this.#take(`mysql ${JSON.stringify(request.target)}`, open)) as SqlConnection;
        // The server may have gone since: a new connection then says how it is.
        const connection = await taken.query('DO 0', [], request.timeoutMs).then(() => taken, open);
        return { connection: this.#connections.push(connection) - 1, threadId: connection.threadId };
      }
      case 'ssh': {
        const shell = await this.#take(`ssh ${JSON.stringify(request.target)}`, () =>
          this.#connect.ssh(request.target, request.timeoutMs),
        );
        return { connection: this.#connections.push(shell) - 1 };
      }
      case 'query':
        return (this.#connections[request.connection] as SqlConnection).query(
          request.sql,
          request.values,
          request.timeoutMs,
        );
      case 'run':
        return (this.#connections[request.connection] as Shell).run(request.argv, request.timeoutMs);
    }
  }

  async close(): Promise<void> {
    const waiting = await Promise.allSettled(this.#waiting.values());
    const opened = waiting.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.allSettled([...this.#connections, ...opened].map((one) => one.close()));
  }

  #hold(key: string, open: () => Promise<SqlConnection | Shell>): Promise<SqlConnection | Shell> {
    const opening = open();
    this.#waiting.set(key, opening);
    return opening;
  }

  /** A connection made in advance is given once; where that failed, it is tried again now. */
  #take(key: string, open: () => Promise<SqlConnection | Shell>): Promise<SqlConnection | Shell> {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    return waiting === undefined ? open() : waiting.catch(open);
  }
}
