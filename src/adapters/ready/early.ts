// A hook that MHA's layer starts before MHA calls for it: what takes time is done by then, and one word is waited for.
import type { Writable } from 'node:stream';
import type { Connectors, Shell, SqlConnection } from '../../context/Context.ts';
import type { BeginEarly, EarlyConnections } from '../../context/EarlyConnections.ts';
import { livesCommand, livesQuery } from '../../context/livesQuestions.ts';
import type { Lines } from './lines.ts';
import type { ReadyTargets } from './protocol.ts';

/** How long a connection may take that is made in advance, in ms. */
const connectMs = 5_000;
/** How long a look may take whether it still lives, in ms. */
const lookMs = 1_000;
/** A login that is younger counts as made for the run, in ms. */
const freshMs = 2_000;
/** How long the end waits for the answers to goodbyes, in ms: MHA waits for it, and clients for MHA. */
const closeMs = 1;

type Targets = Pick<ReadyTargets, 'mysql' | 'ssh'>;

export function openEarly(
  connect: Pick<Connectors, 'mysql' | 'ssh'>,
  targets: Targets,
  begin: BeginEarly = {},
): EarlyConnections {
  const servers = new Map<string, Promise<SqlConnection>>();
  const hosts = new Map<string, Promise<Host>>();
  const all: Promise<SqlConnection | Shell>[] = [];
  function open({ mysql, ssh }: Targets): void {
    for (const target of mysql) {
      const opening = quiet(connect.mysql(target, connectMs));
      const begun = opening.then((server) => begin.server?.(server) ?? server);
      servers.set(keyOf(target), quiet(begun));
      all.push(opening);
    }
    for (const target of ssh) {
      const opening = quiet(connect.ssh(target, connectMs));
      hosts.set(
        keyOf(target),
        quiet(opening.then((shell) => ({ shell: begin.host?.(target, shell) ?? shell, since: performance.now() }))),
      );
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
  await connection.query(livesQuery, [], Math.min(lookMs, timeoutMs));
  return connection;
}

/** A login of just now is no look's worth: a program would start there while clients wait. */
async function livingHost({ shell, since }: Host, timeoutMs: number): Promise<Shell> {
  if (performance.now() - since > freshMs) await shell.run(livesCommand, Math.min(lookMs, timeoutMs));
  return shell;
}

/** Between two looks whether whoever started this process is still there, in ms. */
const parentMs = 2_000;

/**
 * Waits without a limit; the list of processes tells it apart from one that may be called at any moment.
 * @param parentPid whoever started this process: nobody else will wake it
 */
export async function woken(lines: Lines, parentPid: number, interrupted: AbortSignal): Promise<boolean> {
  if (interrupted.aborted) return false;
  const { title } = process;
  process.title = `${title} asleep`;
  let timer: NodeJS.Timeout | undefined;
  const alone = new Promise<'alone'>((resolve) => {
    timer = setInterval(() => process.ppid === parentPid || resolve('alone'), parentMs);
    interrupted.addEventListener('abort', () => resolve('alone'));
  });
  const word = await Promise.race([lines.next(), alone]);
  clearInterval(timer);
  process.title = title;
  return word === 'wake';
}

/**
 * Says on `output` that it waits.
 * @param heard what MHA's layer tells meanwhile
 * @returns what MHA has said with the word: where the old master can be spoken to (LastWord.pm), or nothing; null when
 * the stream ended, the time was over or the run is to end
 */
export async function wordFrom(
  lines: Lines,
  output: Pick<Writable, 'write'>,
  { limitMs, heard }: { readonly limitMs: number; readonly heard: (news: 'soon' | 'silent') => void },
  interrupted: AbortSignal,
): Promise<string | null> {
  if (interrupted.aborted) return null;
  output.write('ready\n');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, limitMs, 'late');
    interrupted.addEventListener('abort', () => resolve('late'));
  });
  let word = await Promise.race([lines.next(), late]);
  while (word === 'soon' || word === 'silent') {
    heard(word);
    word = await Promise.race([lines.next(), late]);
  }
  clearTimeout(timer);
  return /^go (.*)$/.exec(word)?.[1] ?? null;
}
