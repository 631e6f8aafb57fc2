// Statements about replication in the words of MySQL 8.4 and later, which does not know those of all others any more.
import type { DatabaseServer } from './databaseServer.ts';

const newer: readonly (readonly [old: RegExp, word: string])[] = [
  [/\bSHOW MASTER STATUS\b/g, 'SHOW BINARY LOG STATUS'],
  [/\bCHANGE MASTER TO\b/g, 'CHANGE REPLICATION SOURCE TO'],
  [/\b(STOP|START|RESET|SHOW) SLAVE\b/g, '$1 REPLICA'],
  [/\bMASTER_(?=[A-Z_]+ *=)/g, 'SOURCE_'],
];

/** @param sql in the words of MariaDB and MySQL 5.6 */
export function inWordsOf({ replicaStatus }: Pick<DatabaseServer, 'replicaStatus'>, sql: string): string {
  if (replicaStatus === 'SHOW SLAVE STATUS') return sql;
  return newer.reduce((text, [old, word]) => text.replaceAll(old, word), sql);
}
