// A server that becomes a replica, or that one is compared with: the statements of `rejoin`.
import type { SqlConnection, SqlRow, SqlValue } from '../context/Context.ts';
import type { Budget } from '../context/budget.ts';
import { extraGtids } from './gtidState.ts';
import { dialectOf, type Dialect } from './dialect.ts';
import { queryError } from './serverErrors.ts';
import { changeSource, settingsOf, type Begin, type Source, type SourceSettings } from './sourceSettings.ts';

export interface Gtids {
  /** MySQL: gtid_executed. MariaDB: gtid_binlog_state. */
  readonly executed: string;
  /** MySQL: gtid_purged. MariaDB: empty. */
  readonly purged: string;
  /** MariaDB: gtid_slave_pos. MySQL: empty. */
  readonly position: string;
  /** MySQL: gtid_mode is ON. MariaDB: always. */
  readonly enabled: boolean;
}

export interface BinaryLog {
  readonly name: string;
  readonly bytes: number;
}

/** One event of a binary log. */
export interface BinlogEvent {
  readonly position: number;
  readonly type: string;
  readonly end: number;
  readonly info: string;
}

/** Between what it sends and its answer, in ms: STOP REPLICA waits for the event that is being applied. */
const slowMs = 30_000;

export class ReplicaServer {
  readonly label: string;
  readonly dialect: Dialect;
  readonly #ask: (sql: string, values?: readonly SqlValue[], limitMs?: number) => Promise<readonly SqlRow[]>;

  private constructor(label: string, dialect: Dialect, ask: ReplicaServer['query']) {
    this.label = label;
    this.dialect = dialect;
    this.#ask = ask;
  }

  /** @throws Failure `mysql` or `deadline`, as each of its methods does */
  static async open(label: string, connection: SqlConnection, budget: Budget, callMs: number): Promise<ReplicaServer> {
    const ask = async (sql: string, values: readonly SqlValue[] = [], limitMs = callMs): Promise<readonly SqlRow[]> => {
      try {
        return await connection.query(sql, values, budget.limit(limitMs));
      } catch (error) {
        throw queryError(label, sql, error);
      }
    };
    const [row] = await ask('SELECT VERSION() AS version');
    return new ReplicaServer(label, dialectOf(String(row?.['version'] ?? '')), ask);
  }

  query(sql: string, values?: readonly SqlValue[], limitMs?: number): Promise<readonly SqlRow[]> {
    return this.#ask(sql, values, limitMs);
  }

  async gtids(): Promise<Gtids> {
    const text = (value: SqlValue | undefined): string => String(value ?? '').replaceAll(/\s/g, '');
    if (this.dialect.family === 'mariadb') {
      const [row] = await this.#ask(
        'SELECT @@global.gtid_binlog_state AS executed, @@global.gtid_slave_pos AS position',
      );
      return { executed: text(row?.['executed']), purged: '', position: text(row?.['position']), enabled: true };
    }
    const [row] = await this.#ask(
      'SELECT @@global.gtid_executed AS executed, @@global.gtid_purged AS purged, @@global.gtid_mode AS mode',
    );
    const enabled = text(row?.['mode']) === 'ON';
    return { executed: text(row?.['executed']), purged: text(row?.['purged']), position: '', enabled };
  }

  /** Transactions of a set that this server has not executed; empty: it has them all. */
  async lacksOf(other: Gtids): Promise<string> {
    if (this.dialect.family === 'mariadb') {
      const own = await this.gtids();
      return extraGtids(other.executed, own.executed, own.position).join(', ');
    }
    const [row] = await this.#ask('SELECT GTID_SUBTRACT(?, @@global.gtid_executed) AS lacking', [other.executed]);
    return String(row?.['lacking'] ?? '').replaceAll(/\s/g, '');
  }

  /** Transactions that this server's binary logs do not have any more and that the other has not executed. */
  async purgedFor(other: Gtids): Promise<string> {
    if (this.dialect.family === 'mariadb') return ''; // the source itself says so when the replica connects
    const [row] = await this.#ask('SELECT GTID_SUBTRACT(@@global.gtid_purged, ?) AS gone', [other.executed]);
    return String(row?.['gone'] ?? '').replaceAll(/\s/g, '');
  }

  /** Null for a server that is no replica. */
  async sourceSettings(): Promise<SourceSettings | null> {
    const [row] = await this.#ask(this.dialect.replicaStatus);
    return row === undefined ? null : settingsOf(row);
  }

  /** Oldest first. */
  async binaryLogs(): Promise<readonly BinaryLog[]> {
    const rows = await this.#ask('SHOW BINARY LOGS');
    return rows.map((row) => ({ name: String(row['Log_name']), bytes: Number(row['File_size']) }));
  }

  /** The directory and the first part of the names of its binary logs. */
  async binlogBasename(): Promise<string> {
    const [row] = await this.#ask('SELECT @@global.log_bin_basename AS base');
    return String(row?.['base'] ?? '');
  }

  async binlogEvents(file: string, from: number, limit: number): Promise<readonly BinlogEvent[]> {
    const name = `'${file.replaceAll(/['\\]/g, '')}'`;
    const rows = await this.#ask(`SHOW BINLOG EVENTS IN ${name} FROM ${from} LIMIT ${limit}`);
    return rows.map((row) => ({
      position: Number(row['Pos']),
      type: String(row['Event_type']),
      end: Number(row['End_log_pos']),
      info: String(row['Info'] ?? ''),
    }));
  }

  /** It is no replica of anybody any more. */
  async forgetSource(): Promise<void> {
    const word = this.#word();
    const [row] = await this.#ask(this.dialect.replicaStatus);
    if (row === undefined) return;
    await this.#ask(`STOP ${word}`, [], slowMs);
    await this.#ask(`RESET ${word} ALL`, [], slowMs);
  }

  /** @param gtidPosition MariaDB: what it has executed; null: all that it has */
  async replicateFrom(
    source: Source,
    begin: Begin,
    options: SourceSettings['options'],
    gtidPosition: string | null,
  ): Promise<void> {
    await this.forgetSource();
    if (begin.kind === 'slave_pos') {
      // A former master knows its own transactions from its binary log only.
      const [row] = gtidPosition === null ? await this.#ask('SELECT @@global.gtid_current_pos AS position') : [];
      await this.#ask('SET GLOBAL gtid_slave_pos = ?', [gtidPosition ?? String(row?.['position'] ?? '')]);
    }
    const { sql, values } = changeSource(this.dialect, source, begin, options);
    await this.#ask(sql, values);
    await this.#ask(`START ${this.#word()}`, [], slowMs);
  }

  #word(): 'REPLICA' | 'SLAVE' {
    return this.dialect.replicaStatus === 'SHOW REPLICA STATUS' ? 'REPLICA' : 'SLAVE';
  }
}
