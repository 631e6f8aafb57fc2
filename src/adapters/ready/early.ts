// A hook that MHA's layer starts before MHA calls for it: what takes time is done by then, and one word is waited for.
import type { Readable, Writable } from 'node:stream';
import type { Connectors, EarlyConnections, Shell, SqlConnection } from '../../context/Context.ts';
import { linesOf } from './lines.ts';
import type { ReadyTargets } from './protocol.ts';

/** How long a connection may take that is made in advance, in ms. */
const connectMs = 5_000;
/** How long a look may take whether it still lives, in ms. */
const lookMs = 1_000;
/** A login that is younger counts as made for the run, in ms. */
const freshMs = 2_000;
/** How long the end waits for the answers to goodbyes, in ms: MHA waits for it, and clients for MHA. */
const closeMs = 5;

type Targets = Pick<ReadyTargets, 'mysql' | 'ssh'>;

export function openEarly(connect: Pick<Connectors, 'mysql' | 'ssh'>, targets: Targets): EarlyConnections {
  const servers = new Map<string, Promise<SqlConnection>>();
  const hosts = new Map<string, Promise<Host>>();
  const all: Promise<SqlConnection | Shell>[] = [];
  function open({ mysql, ssh }: Targets): void {
    for (const target of mysql) {
      const opening = quiet(connect.mysql(target, connectMs));
      servers.set(keyOf(target), opening);
      all.push(opening);
    }
    for (const target of ssh) {
      const opening = quiet(connect.ssh(target, connectMs));
      hosts.set(keyOf(target), quiet(opening.then((shell) => ({ shell, since: performance.now() }))));
      all.push(opening);
    }
  }
  open(targets);
  return {
    open,
    mysql: (target, timeoutMs) => taken(servers, keyOf(target))?.then((server) => livingServer(server, timeoutMs)),
    ssh: (target, timeoutMs) => taken(hosts, keyOf(target))?.then((host) => livingHost(host, timeoutMs)),
    async close() {
      const closed = all.map((opening: Promise<SqlConnection | Shell>) => opening.then((one) => one.close()));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, closeMs)));
      await Promise.race([Promise.allSettled(closed), late]);
      clearTimeout(timer);
    },
  };
}

interface Host {
  readonly shell: Shell;
  /** When the login had ended. */
  readonly since: number;
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

async function livingServer(connection: SqlConnection, timeoutMs: number): Promise<SqlConnection> {
  await connection.query('DO 0', [], Math.min(lookMs, timeoutMs));
  return connection;
}

/** A login of just now is no look's worth: a program would start there while clients wait. */
async function livingHost({ shell, since }: Host, timeoutMs: number): Promise<Shell> {
  if (performance.now() - since > freshMs) await shell.run(['true'], Math.min(lookMs, timeoutMs));
  return shell;
}

/** Where whoever started this process hears that it waits. */
export const readyDescriptor = 3;

/**
 * Says on `output` that it waits.
 * @param soon called when MHA's call before has done what it was for
 * @returns what MHA has said with the word: where the old master can be spoken to (LastWord.pm), or nothing; null when
 * the stream ended, the time was over or the run is to end
 */
export async function wordFrom(
  input: Readable,
  output: Pick<Writable, 'write'>,
  { limitMs, soon }: { readonly limitMs: number; readonly soon: () => void },
  interrupted: AbortSignal,
): Promise<string | null> {
  if (interrupted.aborted) return null;
  output.write('ready\n');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'late');
    interrupted.addEventListener('abort', () => resolve('late'));
  });
  const lines = linesOf(input);
  let word = await Promise.race([lines.next(), late]);
  while (word === 'soon') {
    soon();
    word = await Promise.race([lines.next(), late]);
  }
  clearTimeout(timer);
  return /^go (.*)$/.exec(word)?.[1] ?? null;
}
