// A connection to a server that is open before it is needed: its version is asked in advance, and whether it lives
// still at the word, while the run takes its lock.
import type { Clock, SqlConnection, SqlRow, SqlValue } from '../../context/Context.ts';
import { livesQuery } from '../../context/livesQuestions.ts';
import { versionQuery } from '../../mysql/openServer.ts';
import { youngMs } from './PreparedShell.ts';

type Rows = Promise<readonly SqlRow[]>;

export class PreparedConnection implements SqlConnection {
  readonly #connection: SqlConnection;
  readonly #limitMs: number;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #version: Promise<readonly SqlRow[] | null>;
  #lives: { readonly answer: Rows; readonly atMs: number } | null = null;

  /** @param limitMs for each question */
  constructor(connection: SqlConnection, limitMs: number, clock: Pick<Clock, 'monotonic'>) {
    [this.#connection, this.#limitMs, this.#clock] = [connection, limitMs, clock];
    this.#version = connection.query(versionQuery, [], limitMs).catch(() => null);
  }

  get threadId(): number {
    return this.#connection.threadId;
  }

  /** The word. */
  look(): void {
    const answer = this.#connection.query(livesQuery, [], this.#limitMs);
    answer.catch(() => undefined);
    this.#lives = { answer, atMs: this.#clock.monotonic() };
  }

  async query(sql: string, values: readonly SqlValue[], timeoutMs: number): Rows {
    if (sql === livesQuery && this.#lives !== null) {
      const { answer, atMs } = this.#lives;
      this.#lives = null;
      if (this.#clock.monotonic() - atMs < youngMs) return answer;
    }
    const version = sql === versionQuery ? await this.#version : null;
    return version ?? this.#connection.query(sql, values, timeoutMs);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
