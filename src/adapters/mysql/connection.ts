import type { Socket } from 'node:net';
import type { Connection, ConnectionOptions, QueryError } from 'mysql2';
import type { SqlConnection, SqlRow, SqlTarget, SqlValue } from '../../context/Context.ts';
import { Failure, SqlError } from '../../errors/errors.ts';
import { errorText, shortened } from '../../errors/message.ts';
import { encryption, namedStream } from './encryption.ts';
import { connectError, deadline, encryptedError, encryptionRefused } from './failures.ts';

const closeMs = 200;

/** In bytes: SHOW FULL PROCESSLIST has whole statements, and thirty of the longest usual ones are less. */
const longestAnswer = 512e6;
/** How often is looked how much came, in ms. */
const watchMs = 50;

/**
 * What a server answers that wants encryption. A wrong password gives the last one too: with REQUIRE SSL an account has
 * that and no other.
 */
const perhapsWithTls: ReadonlySet<string> = new Set(['ER_SECURE_TRANSPORT_REQUIRED', 'ER_ACCESS_DENIED_ERROR']);

/**
 * Opens a connection as its target wants it: by default plain, as MHA does, and encrypted where the server or the
 * account wants that, whatever the certificate.
 * @param mostBytes of one answer; a server that sends more is left
 * @throws Failure `mysql` or, after `timeoutMs` without an answer, `deadline`; `config` for files that are of no use
 */
export async function connectMysql(
  target: SqlTarget,
  timeoutMs: number,
  mostBytes = longestAnswer,
): Promise<SqlConnection> {
  const until = performance.now() + timeoutMs;
  const ssl = encryption(target);
  if (target.tls !== undefined && target.tls.mode !== 'opportunistic') {
    const only = await open(target, timeoutMs, { ssl });
    if (!(only instanceof Error)) return new Mysql2Connection(only, target, mostBytes);
    throw encryptionRefused(target, only, timeoutMs);
  }
  const first = await open(target, timeoutMs, {});
  if (!(first instanceof Error)) return new Mysql2Connection(first, target, mostBytes);
  if (!perhapsWithTls.has(first.code ?? '')) throw connectError(target, first, timeoutMs);
  // A deadline that passes here says nothing against the server: it has answered.
  const second = await open(target, Math.max(until - performance.now(), 1), { ssl }).catch(
    (error: unknown) => error as Failure,
  );
  if (!(second instanceof Error)) return new Mysql2Connection(second, target, mostBytes);
  throw encryptedError(target, first, second, timeoutMs);
}

/** @throws Failure `deadline`; what the server or the socket says is returned */
async function open(
  target: SqlTarget,
  timeoutMs: number,
  encrypted: Pick<ConnectionOptions, 'ssl'>,
): Promise<Connection | QueryError> {
  const { createConnection } = await import('mysql2');
  const connection = createConnection({
    host: target.host,
    port: target.port,
    user: target.user,
    password: target.password,
    connectTimeout: timeoutMs,
    supportBigNumbers: true,
    // Sessions are ended many at a time.
    multipleStatements: true,
    dateStrings: true,
    // Names of columns come from the server: no program is made of them.
    disableEval: true,
    authPlugins: {
      // Loaded when a server asks for it: most never do.
      client_ed25519: () => async (challenge: Uint8Array) =>
        (await import('./mariadbEd25519.ts')).answerEd25519(target.password, challenge),
    },
    ...encrypted,
    ...(target.tls?.mode === 'verify' ? { stream: () => namedStream(target) } : {}),
  });
  return new Promise((resolve, reject) => {
    // mysql2's own limit ends with the TCP connection: a server that accepts and then says nothing would hold us for
    // ever.
    const giveUp = (ms: number): void => {
      connection.destroy();
      reject(deadline(target, ms));
    };
    const timer = setTimeout(giveUp, timeoutMs, timeoutMs);
    const opening = limitOpening(connection, target.openMs, giveUp);
    connection.on('error', () => undefined);
    connection.connect((error) => {
      clearTimeout(timer);
      clearTimeout(opening);
      if (error) connection.destroy();
      resolve(error ?? connection);
    });
  });
}

/**
 * A process that got no time must not take that for the network's silence: a server counts a login that is given up,
 * and blocks a host after many of them. So what has come meanwhile is heard first.
 */
function limitOpening(
  connection: Connection,
  openMs: number | undefined,
  giveUp: (ms: number) => void,
): NodeJS.Timeout | undefined {
  if (openMs === undefined) return undefined;
  const { stream } = connection as unknown as { readonly stream: Socket };
  return setTimeout(() => {
    setImmediate(() => {
      if (stream.connecting) giveUp(openMs);
    });
  }, openMs);
}

class Mysql2Connection implements SqlConnection {
  readonly #connection: Connection;
  readonly #target: SqlTarget;
  readonly #mostBytes: number;

  constructor(connection: Connection, target: SqlTarget, mostBytes: number) {
    this.#connection = connection;
    this.#target = target;
    this.#mostBytes = mostBytes;
  }

  get threadId(): number {
    return this.#connection.threadId;
  }

  query(sql: string, values: readonly SqlValue[], timeoutMs: number): Promise<readonly SqlRow[]> {
    return new Promise((resolve, reject) => {
      const { stream } = this.#connection as unknown as { stream: Socket };
      const said = shortened(sql);
      const readBefore = stream.bytesRead;
      const abandon = (): void => {
        clearInterval(watch);
        // A reset, not a goodbye: what is still to be sent must not arrive after we have given up.
        stream.resetAndDestroy();
        this.#connection.destroy();
      };
      const watch = setInterval(() => {
        if (stream.bytesRead - readBefore <= this.#mostBytes) return;
        clearTimeout(timer);
        abandon();
        const megabytes = this.#mostBytes / 1e6;
        reject(new Failure('mysql', `${this.#target.label}: MySQL sends more than ${megabytes} MB for "${said}"`));
      }, watchMs);
      const timer = setTimeout(() => {
        abandon();
        reject(
          new Failure(
            'deadline',
            `${this.#target.label}: MySQL did not answer "${said}" within ${timeoutMs / 1000} s`,
            { hint: 'see SHOW PROCESSLIST there' },
          ),
        );
      }, timeoutMs);
      this.#connection.query(sql, [...values], (error: QueryError | null, rows: unknown) => {
        clearTimeout(timer);
        clearInterval(watch);
        if (!error) resolve(Array.isArray(rows) ? (rows as SqlRow[]) : []);
        // mysql2 sets sqlState for errors that the server sent; the rest comes from the socket.
        else if (error.sqlState !== undefined) reject(new SqlError(error.errno ?? 0, error.message));
        else
          reject(
            new Failure(
              'mysql',
              `${this.#target.label}: the connection to MySQL was lost at "${said}": ${errorText(error)}`,
              { cause: error },
            ),
          );
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
