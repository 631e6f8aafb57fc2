// Connections of a hook that has been started before MHA calls for it.
import type { Shell, ShellTarget } from './Shell.ts';
import type { SqlConnection, SqlTarget } from './Sql.ts';

/** Opened before they were needed. Each is given once, where it still lives; undefined: none was opened for this. */
export interface EarlyConnections {
  /** Opens further ones; returns at once. */
  open(targets: { readonly mysql: readonly SqlTarget[]; readonly ssh: readonly ShellTarget[] }): void;
  mysql(target: SqlTarget, timeoutMs: number): Promise<SqlConnection> | undefined;
  ssh(target: ShellTarget, timeoutMs: number): Promise<Shell> | undefined;
  close(): Promise<void>;
}

/** What is begun over a connection at once; each gives what whoever asks for the connection gets. */
export interface BeginEarly {
  server?(connection: SqlConnection): SqlConnection;
  host?(target: ShellTarget, shell: Shell): Shell;
}
