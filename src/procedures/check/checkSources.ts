// Sources that a server replicates from beside the one that MHA knows: named connections of MariaDB, channels of MySQL.
import type { SqlRow } from '../../context/Context.ts';
import type { Family } from '../../mysql/dialect.ts';
import type { ReplicaServer } from '../../mysql/ReplicaServer.ts';
import { failed, warning, type Body } from './CheckLine.ts';

export async function checkSources(server: ReplicaServer): Promise<readonly Body[]> {
  const { family, replicaStatus } = server.dialect;
  const rows = await server.query(family === 'mariadb' ? 'SHOW ALL SLAVES STATUS' : replicaStatus);
  return sourceLines(family, rows);
}

/** Pure. */
export function sourceLines(family: Family, rows: readonly SqlRow[]): readonly Body[] {
  const nameOf = (row: SqlRow): string => String(row['Connection_name'] ?? row['Channel_Name'] ?? '');
  const text = (row: SqlRow): string => `${nameOf(row)} of ${String(row['Master_Host'] ?? row['Source_Host'])}`;
  const named = rows.filter((row) => nameOf(row) !== '' && !nameOf(row).startsWith('group_replication_'));
  if (named.length === 0) return [];
  const also = named.map(text).join(', ');
  // MHA knows one source of a server, the one without a name; MySQL's statements without a name mean all channels.
  if (family === 'mysql')
    return [
      failed(
        'refused',
        `it replicates by a channel with a name (${also}): MHA's statements would stop and change every channel`,
        'let it have one source, on the channel without a name',
      ),
    ];
  if (named.length === rows.length)
    return [
      failed(
        'refused',
        `it replicates only by a connection with a name (${also}): MHA takes it for a master`,
        'let the source that is in this cluster be the connection without a name',
      ),
    ];
  return [
    warning(
      `it replicates from further sources too (${also}): MHA leaves them as they are, whoever is the master`,
      'if the master must have them, give it the same connections after a switch',
    ),
  ];
}
