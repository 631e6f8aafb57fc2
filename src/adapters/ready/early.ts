// A hook that MHA's layer starts before MHA calls for it: what takes time is done by then, and one word is waited for.
import type { Readable, Writable } from 'node:stream';
import type { Connectors, EarlyConnections, Shell, SqlConnection } from '../../context/Context.ts';
import { linesOf } from './lines.ts';
import type { ReadyTargets } from './protocol.ts';

/** How long a connection may take that is made in advance, in ms. */
const connectMs = 5_000;
/** How long a look may take whether it still lives, in ms. */
const lookMs = 1_000;
/** How long the end waits for goodbyes, in ms: a login that hangs must not hold up MHA. */
const closeMs = 200;

export function openEarly(
  connect: Pick<Connectors, 'mysql' | 'ssh'>,
  targets: Pick<ReadyTargets, 'mysql' | 'ssh'>,
): EarlyConnections {
  const servers = new Map(targets.mysql.map((target) => [keyOf(target), quiet(connect.mysql(target, connectMs))]));
  const hosts = new Map(targets.ssh.map((target) => [keyOf(target), quiet(connect.ssh(target, connectMs))]));
  const all = [...servers.values(), ...hosts.values()];
  return {
    mysql: (target) => taken(servers, keyOf(target))?.then(livingServer),
    ssh: (target) => taken(hosts, keyOf(target))?.then(livingHost),
    async close() {
      const closed = all.map((opening: Promise<SqlConnection | Shell>) => opening.then((one) => one.close()));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, closeMs)));
      await Promise.race([Promise.allSettled(closed), late]);
      clearTimeout(timer);
    },
  };
}

const keyOf = (target: unknown): string => JSON.stringify(target);

/** Nobody may ever ask for it. */
function quiet<T>(opening: Promise<T>): Promise<T> {
  opening.catch(() => undefined);
  return opening;
}

/** Each is given once: whoever asks again wants another one. */
function taken<T>(from: Map<string, Promise<T>>, key: string): Promise<T> | undefined {
  const found = from.get(key);
  from.delete(key);
  return found;
}

async function livingServer(connection: SqlConnection): Promise<SqlConnection> {
  await connection.query('DO 0', [], lookMs);
  return connection;
}

async function livingHost(shell: Shell): Promise<Shell> {
  await shell.run(['true'], lookMs);
  return shell;
}

/** Where whoever started this process hears that it waits. */
export const readyDescriptor = 3;

/**
 * Says on `output` that it waits.
 * @returns what MHA has said with it: where the old master can be spoken to (LastWord.pm), or nothing; null when the
 * stream ended, the time was over or the run is to end
 */
export async function wordFrom(
  input: Readable,
  output: Pick<Writable, 'write'>,
  limitMs: number,
  interrupted: AbortSignal,
): Promise<string | null> {
  if (interrupted.aborted) return null;
  output.write('ready\n');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'late');
    interrupted.addEventListener('abort', () => resolve('late'));
  });
  const word = await Promise.race([linesOf(input).next(), late]);
  clearTimeout(timer);
  return /^go (.*)$/.exec(word)?.[1] ?? null;
}
