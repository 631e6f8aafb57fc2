// Connections that outlive their own loss. A query that was given up, or a connection that broke, fails the step it
// belongs to; but the undoing that follows needs the server and the host again, so the next call opens a new one.
import type { Clock, CommandResult, Shell, SqlConnection, SqlRow } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';

/** @param reopen makes a new connection, within a limit of its own */
export function reopeningConnection(
  first: SqlConnection,
  reopen: () => Promise<SqlConnection>,
  clock: Pick<Clock, 'sleep'>,
): SqlConnection {
  let current: SqlConnection | null = first;
  let lost: number | null = null;
  async function opened(): Promise<SqlConnection> {
    const connection = await reopen();
    if (lost !== null) await endSession(connection, lost, clock);
    lost = null;
    return connection;
  }
  return {
    get threadId() {
      return current?.threadId ?? 0;
    },
    async query(sql, values, timeoutMs) {
      const connection = (current ??= await opened());
      try {
        return await connection.query(sql, values, timeoutMs);
      } catch (error) {
        // What the server itself answered leaves the connection whole.
        if (error instanceof Failure) {
          lost = connection.threadId;
          current = null;
        }
        throw error;
      }
    },
    close: () => Promise.resolve(), // who opened it closes it
  };
}

/** For each question here, in ms. */
const endMs = 2_000;
/** Between two looks whether it is gone, and how many, so that one that rolls back does not hold us. */
const [pauseMs, looks] = [50, 20];

/**
 * A server that waits for a lock does not notice that its client has gone: what we have given up would still be done
 * there, after we have undone it. What cannot be ended is left alone: then it is as if nobody had tried.
 */
async function endSession(connection: SqlConnection, id: number, clock: Pick<Clock, 'sleep'>): Promise<void> {
  const list = async (): Promise<readonly SqlRow[]> => connection.query('SHOW FULL PROCESSLIST', [], endMs);
  const of = (rows: readonly SqlRow[], one: number): SqlRow | undefined =>
    rows.find((row) => Number(row['Id']) === one);
  try {
    const rows = await list();
    const user = of(rows, connection.threadId)?.['User'];
    // After a restart of the server the number may be somebody else's.
    const isOurs = (session: SqlRow | undefined): boolean => session !== undefined && session['User'] === user;
    if (!isOurs(of(rows, id))) return;
    await connection.query(`KILL CONNECTION ${id}`, [], endMs);
    for (let look = 0; look < looks && isOurs(of(await list(), id)); look += 1) await clock.sleep(pauseMs);
  } catch (error) {
    if (error instanceof Failure) throw error;
  }
}

/** @param reopen makes a new connection, within a limit of its own */
export function reopeningShell(first: Shell, reopen: () => Promise<Shell>): Shell {
  let current: Shell | null = first;
  async function run(argv: readonly string[], timeoutMs: number): Promise<CommandResult> {
    const shell = (current ??= await reopen());
    return orLost(shell.run(argv, timeoutMs));
  }
  async function orLost(result: Promise<CommandResult>): Promise<CommandResult> {
    try {
      return await result;
    } catch (error) {
      if (error instanceof Failure && error.kind !== 'internal') current = null;
      throw error;
    }
  }
  return {
    label: first.label,
    run,
    arm(argv, timeoutMs) {
      const shell = current;
      const word = shell?.arm?.(argv, timeoutMs);
      return () => (word === undefined || current !== shell ? run(argv, timeoutMs) : orLost(word()));
    },
    close: () => Promise.resolve(),
  };
}
