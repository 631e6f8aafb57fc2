// The witness on this host: a client that asks again and again whether it can write, through the writer address. It has
// one session, as a pooled client has, and makes a new one only when that is lost. It takes nothing from the switch:
// one connection, no write, no login that could lock an account or a host out.
import type { SqlConnection, SqlTarget, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { readOnlyOf } from '../../mysql/dialect.ts';
import { sqlErrorOf } from '../../mysql/serverErrors.ts';
import type { Look } from './tally.ts';

/** From the beginning of one look to that of the next, in ms; the network may need longer for its answer. */
const everyMs = 25;
const pauses = { closed: 50, slow: 250, full: 500 } as const;
/** TCP answers that a server has accepted us; greeting and login get longer: no packet is lost any more. In ms. */
const loginMs = 1_000;
/** A SYN that is lost is not waited for: the kernel would send it again after a second. In ms. */
const openLimit = { least: everyMs, most: 400, unknown: 100 } as const;
const askLimit = { least: 100, most: 500 } as const;
/** Of a server that accepts and then says nothing: it blocks a host after max_connect_errors of them, often 100. */
const mostHalf = 30;
/** The account of MHA may take the last connection, and the hooks need it. */
const leastFree = 5;
/** All of it, in ms. */
const longestMs = 15 * 60_000;

export interface WatchedAddress {
  readonly target: SqlTarget;
  /** The name of the server with this server_id; null: it is none that is known. */
  name(serverId: number): string | null;
  /** How long a question to a server and its answer take, in ms; null: not known. */
  roundTripMs(): number | null;
}

type WatchTools = Pick<Tools, 'clock' | 'connect'>;

/**
 * Looks until `stop` aborts. Never throws.
 * @returns why it cannot tell anything more; null: it was told to end
 */
export async function watchAddress(
  address: WatchedAddress,
  tools: WatchTools,
  stop: AbortSignal,
  note: (look: Look) => void,
): Promise<string | null> {
  const { clock } = tools;
  const until = clock.monotonic() + longestMs;
  const session = new Session(address, tools);
  try {
    while (!stop.aborted) {
      const began = clock.monotonic();
      if (began > until) return `it was given up after ${longestMs / 60_000} minutes`;
      const seen = await session.look();
      if ('why' in seen) return seen.why;
      note({ ...seen.look, at: clock.monotonic() });
      await clock.sleep(Math.max(1, seen.pauseMs - (clock.monotonic() - began)), stop).catch(() => undefined);
    }
    return null;
  } catch (error) {
    return errorLine(error);
  } finally {
    await session.close();
  }
}

interface Seen {
  readonly look: Omit<Look, 'at'>;
  readonly pauseMs: number;
}

/** The witness can tell nothing more. */
interface GivenUp {
  readonly why: string;
}

class Session {
  readonly #address: WatchedAddress;
  readonly #tools: WatchTools;
  #connection: SqlConnection | null = null;
  #half = 0;
  #hasAsked = false;

  constructor(address: WatchedAddress, tools: WatchTools) {
    this.#address = address;
    this.#tools = tools;
  }

  async look(): Promise<Seen | GivenUp> {
    const began = this.#tools.clock.monotonic();
    const isNew = this.#connection === null;
    try {
      this.#connection ??= await this.#open();
      const crowd = this.#hasAsked ? null : await this.#crowd(this.#connection);
      if (crowd !== null) return { why: crowd };
      const seen = await this.#ask(this.#connection);
      // A server that is closed is left at once: it waits for its sessions to go.
      if ('look' in seen && seen.look.state === 'closed') this.#leave();
      return seen;
    } catch (error) {
      this.#leave();
      return this.#trouble(error, isNew, this.#tools.clock.monotonic() - began);
    }
  }

  async close(): Promise<void> {
    const open = this.#connection;
    this.#connection = null;
    await open?.close().catch(() => undefined);
  }

  /** The goodbye of a session that is lost could take long, and the next look does not wait for it. */
  #leave(): void {
    void this.close();
  }

  #open(): Promise<SqlConnection> {
    const roundTrip = this.#address.roundTripMs();
    const openMs = roundTrip === null ? openLimit.unknown : within(openLimit, 4 * roundTrip);
    return this.#tools.connect.mysql({ ...this.#address.target, openMs }, loginMs);
  }

  #query(connection: SqlConnection, sql: string): ReturnType<SqlConnection['query']> {
    return connection.query(sql, [], within(askLimit, 10 * (this.#address.roundTripMs() ?? askLimit.most)));
  }

  /** Why this server is left alone; null: it has room. */
  async #crowd(connection: SqlConnection): Promise<string | null> {
    const [most] = await this.#query(connection, 'SELECT @@global.max_connections AS most');
    const [now] = await this.#query(connection, "SHOW GLOBAL STATUS LIKE 'Threads_connected'");
    this.#hasAsked = true;
    const free = Number(most?.['most']) - Number(now?.['Value']);
    return free >= leastFree ? null : `the server has ${free} free connections, and a switch needs them`;
  }

  async #ask(connection: SqlConnection): Promise<Seen | GivenUp> {
    const [row] = await this.#query(connection, 'SELECT @@global.read_only AS ro, @@server_id AS id');
    const server = this.#address.name(Number(row?.['id']));
    const named = server ?? `a server that is none of the cluster's (server_id ${String(row?.['id'])})`;
    const readOnly = readOnlyOf(row?.['ro']);
    if (readOnly === null) return { why: `${named} did not say whether it is read-only` };
    if (readOnly || server === null)
      return { look: { state: 'closed', server: null, text: `${named} takes no writes` }, pauseMs: pauses.closed };
    return { look: { state: 'writable', server, text: `${server} takes writes` }, pauseMs: everyMs };
  }

  #trouble(error: unknown, isNew: boolean, tookMs: number): Seen | GivenUp {
    const sql = sqlErrorOf(error);
    const away = (pauseMs: number): Seen => ({
      look: { state: 'away', server: null, text: errorLine(error) },
      pauseMs,
    });
    if (sql !== null) {
      const pauseMs = passing.get(sql.errno);
      return pauseMs === undefined ? { why: errorLine(error) } : away(pauseMs);
    }
    const isHalf = isNew && error instanceof Failure && error.kind === 'deadline' && tookMs >= loginMs;
    if (!isHalf) return away(everyMs);
    this.#half += 1;
    return this.#half < mostHalf ? away(tookMs + pauses.slow) : { why: errorLine(error) };
  }
}

/**
 * What a server says that clients hear too, and the pause after it. Everything else (a password, a host that is
 * blocked, a limit of the account) is about the witness, and another try could do harm.
 */
const passing: ReadonlyMap<number, number> = new Map([
  [1040, pauses.full], // too many connections
  [1053, everyMs], // the server shuts down
  [1317, everyMs], // the statement was ended
  [1927, everyMs], // the session was ended (MariaDB)
  [3032, everyMs], // offline mode
  [3169, everyMs], // the session was ended (MySQL)
  [4031, everyMs], // the session was ended by the server (MySQL)
]);

function within({ least, most }: { readonly least: number; readonly most: number }, ms: number): number {
  return Math.min(most, Math.max(least, Math.ceil(ms)));
}
