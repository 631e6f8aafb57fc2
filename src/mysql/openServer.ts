import { Failure } from '../errors/errors.ts';
import { unknownBecause, type Unknown } from '../errors/unknown.ts';
import type { Budget } from '../context/budget.ts';
import type { SqlConnection, SqlRow, SqlValue } from '../context/Context.ts';
import { dialectOf, isSet, readOnlyOf, type Dialect } from './dialect.ts';
import { killSessions } from './killSessions.ts';
import type { BinlogEvents, ReadOnly, Replication, ScheduledEvent, Server, Session } from './Server.ts';
import { queryError, isLockWaitTimeout } from './serverErrors.ts';
import { isClientSession } from './sessionRules.ts';
import { splitPosition } from './splitPosition.ts';

/** How long after the server's own lock_wait_timeout we still wait for its answer. */
const answerMs = 3_000;

/** What openServer() asks first. */
export const versionQuery = 'SELECT VERSION() AS version';

/** Makes a Server of a connection: asks for the version first. */
export async function openServer(
  label: string,
  connection: SqlConnection,
  budget: Budget,
  callMs: number,
): Promise<Server> {
  const ask = async (sql: string, values: readonly SqlValue[] = [], limitMs = callMs): Promise<readonly SqlRow[]> => {
    try {
      return await connection.query(sql, values, budget.limit(limitMs));
    } catch (error) {
      throw queryError(label, sql, error);
    }
  };
  const [row] = await ask(versionQuery);
  const dialect = dialectOf(String(row?.['version'] ?? ''));
  return new ConnectedServer(label, dialect, connection, budget, ask);
}

type Ask = (sql: string, values?: readonly SqlValue[], limitMs?: number) => Promise<readonly SqlRow[]>;

class ConnectedServer implements Server {
  readonly label: string;
  readonly version: string;
  readonly #dialect: Dialect;
  readonly #connection: SqlConnection;
  readonly #budget: Budget;
  readonly #ask: Ask;

  constructor(label: string, dialect: Dialect, connection: SqlConnection, budget: Budget, ask: Ask) {
    this.label = label;
    this.version = dialect.name;
    this.#dialect = dialect;
    this.#connection = connection;
    this.#budget = budget;
    this.#ask = ask;
  }

  async readOnly(): Promise<ReadOnly> {
    const columns = this.#dialect.superReadOnly
      ? '@@global.read_only AS ro, @@global.super_read_only AS sro'
      : '@@global.read_only AS ro';
    const [row] = await this.#ask(`SELECT ${columns}`);
    const [readOnly, superReadOnly] = [readOnlyOf(row?.['ro']), readOnlyOf(row?.['sro'])];
    if (readOnly === null || (superReadOnly === null && this.#dialect.superReadOnly))
      throw new Failure('mysql', `${this.label}: the server did not say whether it is read-only`);
    return { readOnly, superReadOnly: this.#dialect.superReadOnly ? superReadOnly : null };
  }

  async setReadOnly(want: ReadOnly, waitMs: number): Promise<boolean> {
    // The server must give up before we do: a SET that is answered after we undid it would make the old master
    // read-only for good.
    const waitSeconds = Math.max(1, Math.floor((this.#budget.limit(waitMs + answerMs) - answerMs) / 1000));
    await this.#ask(`SET SESSION lock_wait_timeout = ${waitSeconds}`);
    const statements = [`SET GLOBAL read_only = ${want.readOnly ? 1 : 0}`];
    // In this order: clearing read_only clears super_read_only too, and setting super_read_only sets read_only.
    if (want.superReadOnly !== null && want.readOnly && this.#dialect.superReadOnly)
      statements.push(`SET GLOBAL super_read_only = ${want.superReadOnly ? 1 : 0}`);
    for (const statement of statements) {
      try {
        await this.#ask(statement, [], waitSeconds * 1000 + answerMs);
      } catch (error) {
        if (isLockWaitTimeout(error)) return false;
        throw error;
      }
    }
    return true;
  }

  async readOnlyPersisted(): Promise<boolean | 'cannot' | Unknown> {
    if (!this.#dialect.persists) return 'cannot';
    try {
      const [setting] = await this.#ask('SELECT @@global.persisted_globals_load AS loaded');
      if (!isSet(setting?.['loaded'] ?? null)) return 'cannot';
      const table = 'performance_schema.persisted_variables';
      const [row] = await this.#ask(`SELECT VARIABLE_VALUE AS value FROM ${table} WHERE VARIABLE_NAME = 'read_only'`);
      return isSet(row?.['value'] ?? null);
    } catch (error) {
      return unknownBecause(error);
    }
  }

  async persistReadOnly(on: boolean): Promise<void> {
    await this.#ask(on ? 'SET PERSIST read_only = 1' : 'RESET PERSIST IF EXISTS read_only');
  }

  async clientSessions(): Promise<readonly Session[]> {
    // Transactions first: one that begins in between is found by its statement, one that ended in between costs a
    // moment's wait.
    const transactions = await this.#ask('SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx');
    const inTransaction = new Set(transactions.map((row) => Number(row['id'])));
    const rows = await this.#ask('SHOW FULL PROCESSLIST');
    return rows
      .map((row) => sessionOf(this.label, row, inTransaction))
      .filter((session) => isClientSession(session, this.#connection.threadId));
  }

  terminate(sessions: readonly Session[]): Promise<void> {
    return killSessions(
      sessions.map(({ id }) => id),
      this.#ask,
    );
  }

  async binlogPosition(): Promise<string | null> {
    const [row] = await this.#ask(this.#dialect.binlogStatus);
    if (row === undefined) return null;
    const [file, position] = [String(row['File'] ?? ''), String(row['Position'] ?? '')];
    // Two answers that say nothing would be the same, as if nobody wrote.
    if (file === '' || !/^\d+$/.test(position))
      throw new Failure('mysql', `${this.label}: the server did not say where its binary log stands`);
    return `${file}:${position}`;
  }

  async globalLock(): Promise<'free' | 'locked' | Unknown> {
    try {
      await this.#ask('SET SESSION lock_wait_timeout = 1');
      // Asks for the lock that each write asks for, and locks no row.
      await this.#ask('SELECT 1 FROM mysql.plugin LIMIT 0 FOR UPDATE', [], 1_000 + answerMs);
      return 'free';
    } catch (error) {
      if (isLockWaitTimeout(error)) return 'locked';
      return this.#lockFromSchema(error);
    }
  }

  /** Where super_read_only forbids the question above. */
  async #lockFromSchema(refusal: unknown): Promise<'free' | 'locked' | Unknown> {
    if (!this.#dialect.superReadOnly) return unknownBecause(refusal);
    const locks = "OBJECT_TYPE = 'GLOBAL' AND LOCK_TYPE = 'SHARED' AND LOCK_STATUS = 'GRANTED'";
    try {
      const rows = await this.#ask(`SELECT 1 FROM performance_schema.metadata_locks WHERE ${locks} LIMIT 1`);
      return rows.length === 0 ? 'free' : 'locked';
    } catch (error) {
      return unknownBecause(error);
    }
  }

  async gtidPosition(): Promise<string | null> {
    const [row] = await this.#ask(this.#dialect.gtidPosition);
    const text = String(row?.['gtid'] ?? '').replaceAll(/\s/g, '');
    return text === '' ? null : text;
  }

  async binlogEventsAfter(position: string, limit: number): Promise<BinlogEvents> {
    const [name, offset] = splitPosition(position);
    const file = `'${name.replaceAll(/['\\]/g, '')}'`;
    const rows = await this.#ask(`SHOW BINLOG EVENTS IN ${file} FROM ${offset} LIMIT ${limit + 1}`);
    const lines = rows.map((row) =>
      ['Log_name', 'Pos', 'Event_type', 'Info'].map((name) => String(row[name])).join(' '),
    );
    return { lines: lines.slice(0, limit), complete: lines.length <= limit };
  }

  async eventScheduler(): Promise<'ON' | 'OFF' | 'DISABLED'> {
    const [row] = await this.#ask('SELECT @@global.event_scheduler AS scheduler');
    const value = String(row?.['scheduler'] ?? '').toUpperCase();
    if (value === 'DISABLED') return value;
    return isSet(value) ? 'ON' : 'OFF';
  }

  async setEventScheduler(on: boolean): Promise<void> {
    await this.#ask(`SET GLOBAL event_scheduler = ${on ? 'ON' : 'OFF'}`);
  }

  async scheduledEvents(): Promise<readonly ScheduledEvent[]> {
    const columns = 'EVENT_SCHEMA AS es, EVENT_NAME AS name, DEFINER AS definer, STATUS AS status';
    const rows = await this.#ask(`SELECT ${columns} FROM information_schema.EVENTS`);
    return rows.map((row) => ({
      schema: String(row['es']),
      name: String(row['name']),
      definer: String(row['definer']),
      status: eventStatus(String(row['status'])),
    }));
  }

  async setEventEnabled({ schema, name, definer }: ScheduledEvent, enabled: boolean): Promise<void> {
    const at = definer.lastIndexOf('@');
    const who = `${quoted(definer.slice(0, at))}@${quoted(definer.slice(at + 1))}`;
    const status = enabled ? 'ENABLE' : this.#dialect.disableEvent;
    // ALTER EVENT makes whoever alters it the definer, unless it names one.
    await this.#ask('SET SESSION sql_log_bin = 0');
    try {
      await this.#ask(`ALTER DEFINER = ${who} EVENT ${quoted(schema)}.${quoted(name)} ${status}`);
    } finally {
      await this.#ask('SET SESSION sql_log_bin = 1');
    }
  }

  async semiSynchronousReplica(): Promise<boolean | null> {
    // MySQL 8.0.26 brought the second name.
    const rows = await this.#ask("SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync\\_%\\_enabled'");
    const row = rows.find((one) => /_(?:slave|replica)_enabled$/.test(String(one['Variable_name'])));
    return row === undefined ? null : isSet(row['Value'] ?? null);
  }

  async replication(): Promise<Replication | null> {
    const [row] = await this.#ask(this.#dialect.replicaStatus);
    return row === undefined ? null : replicationOf(row);
  }

  async grants(): Promise<readonly string[]> {
    return (await this.#ask('SHOW GRANTS')).flatMap((row) => Object.values(row).map(String));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** A name in backquotes. */
function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** MySQL 8.2 and later say REPLICA_SIDE_DISABLED, all others SLAVESIDE_DISABLED. */
function eventStatus(status: string): ScheduledEvent['status'] {
  if (/SIDE_DISABLED$/i.test(status)) return 'disabled on replica';
  return /^ENABLED$/i.test(status) ? 'enabled' : 'disabled';
}

// The columns have other names since SHOW REPLICA STATUS: Source for Master, Replica for Slave.
function replicationOf(row: SqlRow): Replication {
  const column = (name: string): SqlValue =>
    row[name] ?? row[name.replace('Master', 'Source').replace('Slave', 'Replica')] ?? null;
  const behind = column('Seconds_Behind_Master');
  return {
    sourceHost: String(column('Master_Host')),
    sourcePort: Number(column('Master_Port')),
    executed: executedOf(column),
    running: column('Slave_IO_Running') === 'Yes' && column('Slave_SQL_Running') === 'Yes',
    secondsBehind: behind === null ? null : Number(behind),
    delay: Number(column('SQL_Delay') ?? 0),
    applier: String(column('Slave_SQL_Running_State') ?? ''),
    error: String(column('Last_SQL_Error') ?? '') || String(column('Last_IO_Error') ?? ''),
  };
}

function executedOf(column: (name: string) => SqlValue): string | null {
  const file = column('Relay_Master_Log_File');
  return file === null || file === '' ? null : `${file}:${String(column('Exec_Master_Log_Pos'))}`;
}

function sessionOf(label: string, row: SqlRow, inTransaction: ReadonlySet<number>): Session {
  const id = Number(row['Id'] ?? NaN);
  if (!Number.isSafeInteger(id) || id < 0)
    throw new Failure('mysql', `${label}: SHOW FULL PROCESSLIST names a session without its number`);
  return {
    id,
    user: String(row['User'] ?? ''),
    client: String(row['Host'] ?? ''),
    command: String(row['Command'] ?? ''),
    seconds: Math.max(0, Number(row['Time'] ?? 0)),
    statement: row['Info'] === null || row['Info'] === undefined ? null : String(row['Info']),
    inTransaction: inTransaction.has(id),
  };
}
