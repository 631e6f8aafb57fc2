// What a server says of itself that a failover or a switch will need. Variables and status of MySQL 5.6 to 9.7 and
// MariaDB 10.3 to 11.8; each has the newer names too.
import { unknownBecause, type Unknown } from '../errors/unknown.ts';
import type { ReplicaServer } from './ReplicaServer.ts';
import { isSet } from './dialect.ts';

/** One side of semi-synchronous replication. */
export interface SemiSync {
  readonly enabled: boolean;
  /** It works at this moment: a source waits, a replica acknowledges. */
  readonly active: boolean;
}

export interface ServerHealth {
  /** Null: it has no such plugin. */
  readonly semiSyncSource: SemiSync | null;
  readonly semiSyncReplica: SemiSync | null;
  /** Replicas that the source waits for. */
  readonly semiSyncClients: number;
  readonly connections: number;
  readonly maxConnections: number;
  /** So long a replica takes silence of its source for nothing to do, in s. */
  readonly netTimeout: number;
  /** How often the source says in its silence that it lives, in s; 0: never. */
  readonly heartbeat: number | Unknown;
}

type Asked = Pick<ReplicaServer, 'dialect' | 'query'>;

/** @throws Failure `mysql` or `deadline` */
export async function serverHealth(server: Asked): Promise<ServerHealth> {
  const variables = await named(server, 'VARIABLES', [
    'max_connections',
    ...both('slave_net_timeout'),
    ...both('rpl_semi_sync_master_enabled'),
    ...both('rpl_semi_sync_slave_enabled'),
  ]);
  const status = await named(server, 'STATUS', [
    'Threads_connected',
    'Slave_heartbeat_period',
    ...both('Rpl_semi_sync_master_status'),
    ...both('Rpl_semi_sync_master_clients'),
    ...both('Rpl_semi_sync_slave_status'),
  ]);
  const side = (word: 'master' | 'slave'): SemiSync | null => {
    const enabled = variables(`rpl_semi_sync_${word}_enabled`);
    return enabled === null ? null : { enabled: isSet(enabled), active: isSet(status(`rpl_semi_sync_${word}_status`)) };
  };
  return {
    semiSyncSource: side('master'),
    semiSyncReplica: side('slave'),
    semiSyncClients: Number(status('rpl_semi_sync_master_clients') ?? 0),
    connections: Number(status('threads_connected') ?? 0),
    maxConnections: Number(variables('max_connections') ?? 0),
    netTimeout: Number(variables('slave_net_timeout') ?? 0),
    heartbeat: await heartbeatOf(server, status('slave_heartbeat_period')),
  };
}

/** The name and the one that newer servers have. */
function both(name: string): readonly [string, string] {
  return [name, newer(name)];
}

function newer(name: string): string {
  return name.replace('_master_', '_source_').replace('slave', 'replica');
}

async function named(
  server: Asked,
  what: 'VARIABLES' | 'STATUS',
  names: readonly string[],
): Promise<(name: string) => string | null> {
  const list = names.map((name) => `'${name}'`).join(', ');
  const rows = await server.query(`SHOW GLOBAL ${what} WHERE Variable_name IN (${list})`);
  const values = new Map(
    rows.map((row) => [String(row['Variable_name']).toLowerCase(), String(row['Value'] ?? '')] as const),
  );
  return (name) => values.get(name) ?? values.get(newer(name)) ?? null;
}

/** MySQL tells it in performance_schema alone since 5.7. */
async function heartbeatOf(server: Asked, status: string | null): Promise<number | Unknown> {
  if (status !== null) return Number(status);
  if (server.dialect.family === 'mariadb') return { unknown: 'there is no Slave_heartbeat_period' };
  try {
    const [row] = await server.query(
      'SELECT HEARTBEAT_INTERVAL AS period FROM performance_schema.replication_connection_configuration LIMIT 1',
    );
    return row === undefined ? { unknown: 'performance_schema does not tell' } : Number(row['period']);
  } catch (error) {
    return unknownBecause(error);
  }
}
