// Whose session may be terminated. Replication and the server's own threads must live: MHA needs the replicas to catch
// up.
import type { Session } from './Server.ts';

const sparedCommands: ReadonlySet<string> = new Set([
  'Binlog Dump',
  'Binlog Dump GTID', // a replica reading from this server
  'Slave_IO',
  'Slave_SQL',
  'Slave_worker', // this server as a replica (MariaDB's names)
  'Daemon', // event scheduler and other threads of the server itself
]);

const sparedUsers: ReadonlySet<string> = new Set(['system user', 'event_scheduler']);

/** True for a session that a client has opened, other than our own. */
export function isClientSession(session: Session, ownId: number): boolean {
  return session.id !== ownId && !sparedCommands.has(session.command) && !sparedUsers.has(session.user);
}
