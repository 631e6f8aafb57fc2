import type { Budget } from '../context/budget.ts';
import type { SqlConnection, SqlRow, SqlValue } from '../context/Context.ts';
import { dialectOf, isSet, type Dialect } from './dialect.ts';
import type { ReadOnly, Replication, Server, Session } from './Server.ts';
import { queryError, isNoSuchThread, isLockWaitTimeout } from './serverErrors.ts';
import { isClientSession } from './sessionRules.ts';

/** How long after the server's own lock_wait_timeout we still wait for its answer. */
const answerMs = 3_000;

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
  const [row] = await ask('SELECT VERSION() AS version');
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
    return {
      readOnly: isSet(row?.['ro'] ?? null),
      superReadOnly: this.#dialect.superReadOnly ? isSet(row?.['sro'] ?? null) : null,
    };
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

  async clientSessions(): Promise<readonly Session[]> {
    // Transactions first: one that begins in between is found by its statement, one that ended in between costs a
    // moment's wait.
    const transactions = await this.#ask('SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx');
    const inTransaction = new Set(transactions.map((row) => Number(row['id'])));
    const rows = await this.#ask('SHOW FULL PROCESSLIST');
    return rows
      .map((row) => sessionOf(row, inTransaction))
      .filter((session) => isClientSession(session, this.#connection.threadId));
  }

  async terminate(session: Session): Promise<void> {
    try {
      await this.#ask(`KILL CONNECTION ${session.id}`);
    } catch (error) {
      if (!isNoSuchThread(error)) throw error;
    }
  }

  async binlogPosition(): Promise<string | null> {
    const [row] = await this.#ask(this.#dialect.binlogStatus);
    return row === undefined ? null : `${String(row['File'])}:${String(row['Position'])}`;
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

// The columns have other names since SHOW REPLICA STATUS: Source for Master, Replica for Slave.
function replicationOf(row: SqlRow): Replication {
  const column = (name: string): SqlValue =>
    row[name] ?? row[name.replace('Master', 'Source').replace('Slave', 'Replica')] ?? null;
  const behind = column('Seconds_Behind_Master');
  return {
    sourceHost: String(column('Master_Host')),
    sourcePort: Number(column('Master_Port')),
    running: column('Slave_IO_Running') === 'Yes' && column('Slave_SQL_Running') === 'Yes',
    secondsBehind: behind === null ? null : Number(behind),
    error: String(column('Last_SQL_Error') ?? '') || String(column('Last_IO_Error') ?? ''),
  };
}

function sessionOf(row: SqlRow, inTransaction: ReadonlySet<number>): Session {
  const id = Number(row['Id']);
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
