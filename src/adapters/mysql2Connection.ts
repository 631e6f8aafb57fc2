import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions, QueryError } from 'mysql2';
import type { SqlConnection, SqlRow, SqlTarget, SqlValue } from '../context/Context.ts';
import { Failure, SqlError } from '../errors/errors.ts';
import { errorText } from '../errors/message.ts';

const closeMs = 200;

/** What a server answers that wants encryption. A wrong password gives the last one too: with REQUIRE SSL an account has that and no other. */
const perhapsWithTls: ReadonlySet<string> = new Set(['ER_SECURE_TRANSPORT_REQUIRED', 'ER_ACCESS_DENIED_ERROR']);

/**
 * Opens a connection: plain, as MHA does, and encrypted where the server or the account wants that. The certificate is not looked at: nobody
 * tells us an authority, and MHA's configuration has no place for one.
 * @throws Failure `mysql` or, after `timeoutMs` without an answer, `deadline`.
 */
export async function connectMysql(target: SqlTarget, timeoutMs: number): Promise<SqlConnection> {
  const until = performance.now() + timeoutMs;
  const first = await open(target, timeoutMs, {});
  if (!(first instanceof Error)) return new Mysql2Connection(first, target);
  if (perhapsWithTls.has(first.code ?? '')) {
    const second = await open(target, Math.max(until - performance.now(), 1), { ssl: { rejectUnauthorized: false } });
    if (!(second instanceof Error)) return new Mysql2Connection(second, target);
  }
  throw connectError(target, first, timeoutMs);
}

/** @throws Failure `deadline`; what the server or the socket says is returned */
async function open(target: SqlTarget, timeoutMs: number, encryption: Pick<ConnectionOptions, 'ssl'>): Promise<Connection | QueryError> {
  const { createConnection } = await import('mysql2');
  const connection = createConnection({
    host: target.host,
    port: target.port,
    user: target.user,
    password: target.password,
    connectTimeout: timeoutMs,
    supportBigNumbers: true,
    dateStrings: true,
    ...encryption,
  });
  return new Promise((resolve, reject) => {
    // mysql2's own limit ends with the TCP connection: a server that accepts and then says nothing would hold us for ever.
    const timer = setTimeout(() => {
      connection.destroy();
      reject(deadline(target, timeoutMs));
    }, timeoutMs);
    connection.on('error', () => undefined);
    connection.connect((error) => {
      clearTimeout(timer);
      if (error) connection.destroy();
      resolve(error ?? connection);
    });
  });
}

class Mysql2Connection implements SqlConnection {
  readonly #connection: Connection;
  readonly #target: SqlTarget;

  constructor(connection: Connection, target: SqlTarget) {
    this.#connection = connection;
    this.#target = target;
  }

  get threadId(): number {
    return this.#connection.threadId;
  }

  query(sql: string, values: readonly SqlValue[], timeoutMs: number): Promise<readonly SqlRow[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        // A reset, not a goodbye: what is still to be sent must not arrive after we have given up.
        (this.#connection as unknown as { stream: Socket }).stream.resetAndDestroy();
        this.#connection.destroy();
        reject(new Failure('deadline', `${this.#target.label}: MySQL did not answer "${sql}" within ${timeoutMs / 1000} s`, {
          hint: 'see SHOW PROCESSLIST there',
        }));
      }, timeoutMs);
      this.#connection.query(sql, [...values], (error: QueryError | null, rows: unknown) => {
        clearTimeout(timer);
        if (!error) resolve(Array.isArray(rows) ? rows as SqlRow[] : []);
        // mysql2 sets sqlState for errors that the server sent; the rest comes from the socket.
        else if (error.sqlState !== undefined) reject(new SqlError(error.errno ?? 0, error.message));
        else reject(new Failure('mysql', `${this.#target.label}: the connection to MySQL was lost at "${sql}": ${errorText(error)}`, { cause: error }));
      });
    });
  }

  close(): Promise<void> {
    // A polite goodbye keeps "aborted connection" out of the server's log; a server that is gone must not hold us.
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#connection.destroy();
        resolve();
      }, closeMs);
      this.#connection.end(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function where(target: SqlTarget): string {
  return `${target.label}: cannot connect to MySQL at ${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port} as '${target.user}'`;
}

function deadline(target: SqlTarget, timeoutMs: number): Failure {
  return new Failure('deadline', `${where(target)}: no answer within ${timeoutMs / 1000} s`, {
    hint: 'is the host up, and is a firewall in between?',
  });
}

function connectError(target: SqlTarget, error: QueryError, timeoutMs: number): Failure {
  if (error.code === 'ETIMEDOUT') return deadline(target, timeoutMs);
  const hint = connectHints.get(error.code ?? '');
  const empty = error.code === 'ER_ACCESS_DENIED_ERROR' && target.password === ''
    ? ' (the password arrived empty: MHA drops a password that is just "0")' : '';
  // Callers tell a server that refuses (alive) from one that does not answer by the cause.
  const cause = error.sqlState === undefined ? error : new SqlError(error.errno ?? 0, error.message);
  return new Failure('mysql', `${where(target)}: ${errorText(error)}${empty}`, { cause, ...(hint === undefined ? {} : { hint }) });
}

const connectHints: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'is mysqld running there, and does it listen on that address and port?'],
  ['EHOSTUNREACH', 'is the host up?'],
  ['ENETUNREACH', 'is there a route to it?'],
  ['ENOTFOUND', 'the name cannot be resolved'],
  ['ER_ACCESS_DENIED_ERROR', 'check user and password in MHA\'s configuration, and that the account may connect from this host'],
  ['ER_HOST_NOT_PRIVILEGED', 'allow this host for the account of MHA'],
  ['ER_CON_COUNT_ERROR', 'max_connections is used up there; the SUPER user\'s reserved connection is taken too'],
  ['ER_HOST_IS_BLOCKED', 'run mysqladmin flush-hosts there'],
]);
