// Connections that outlive their own loss. A query that was given up, or a connection that broke, fails the step it
// belongs to; but the undoing that follows needs the server and the host again, so the next call opens a new one.
import type { Shell, SqlConnection } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';

/** @param reopen makes a new connection, within a limit of its own */
export function reopeningConnection(first: SqlConnection, reopen: () => Promise<SqlConnection>): SqlConnection {
  let current: SqlConnection | null = first;
  return {
    get threadId() {
      return current?.threadId ?? 0;
    },
    async query(sql, values, timeoutMs) {
      const connection = (current ??= await reopen());
      try {
        return await connection.query(sql, values, timeoutMs);
      } catch (error) {
        // What the server itself answered leaves the connection whole.
        if (error instanceof Failure) current = null;
        throw error;
      }
    },
    close: () => Promise.resolve(), // who opened it closes it
  };
}

/** @param reopen makes a new connection, within a limit of its own */
export function reopeningShell(first: Shell, reopen: () => Promise<Shell>): Shell {
  let current: Shell | null = first;
  return {
    label: first.label,
    async run(argv, timeoutMs) {
      const shell = (current ??= await reopen());
      try {
        return await shell.run(argv, timeoutMs);
      } catch (error) {
        if (error instanceof Failure && error.kind !== 'internal') current = null;
        throw error;
      }
    },
    close: () => Promise.resolve(),
  };
}
