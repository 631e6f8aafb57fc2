import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlRow } from '../../../src/context/Context.ts';
import { dialectOf } from '../../../src/mysql/dialect.ts';
import { serverHealth } from '../../../src/mysql/serverHealth.ts';

/** Answers as SHOW GLOBAL VARIABLES and STATUS do, and what else is asked with these rows. */
const server = (version: string, values: Readonly<Record<string, string>>, other: readonly SqlRow[] | Error = []) => ({
  dialect: dialectOf(version),
  query: (sql: string): Promise<readonly SqlRow[]> => {
    if (!sql.startsWith('SHOW GLOBAL')) return other instanceof Error ? Promise.reject(other) : Promise.resolve(other);
    const rows = Object.entries(values).filter(([name]) => sql.includes(`'${name}'`));
    return Promise.resolve(rows.map(([name, value]) => ({ Variable_name: name, Value: value })));
  },
});

test('the names of older servers and of MariaDB', async () => {
  const health = await serverHealth(
    server('10.11.6-MariaDB', {
      max_connections: '151',
      Threads_connected: '7',
      slave_net_timeout: '60',
      Slave_heartbeat_period: '30.000',
      rpl_semi_sync_master_enabled: 'ON',
      Rpl_semi_sync_master_status: 'OFF',
      Rpl_semi_sync_master_clients: '2',
      rpl_semi_sync_slave_enabled: 'OFF',
      Rpl_semi_sync_slave_status: 'OFF',
    }),
  );
  assert.deepEqual(health, {
    semiSyncSource: { enabled: true, active: false },
    semiSyncReplica: { enabled: false, active: false },
    semiSyncClients: 2,
    connections: 7,
    maxConnections: 151,
    netTimeout: 60,
    heartbeat: 30,
  });
});

test('the newer names, and the heartbeat from performance_schema', async () => {
  const values = {
    max_connections: '10',
    Threads_connected: '9',
    replica_net_timeout: '3600',
    rpl_semi_sync_source_enabled: 'ON',
    Rpl_semi_sync_source_status: 'ON',
    Rpl_semi_sync_source_clients: '1',
  };
  const health = await serverHealth(server('9.7.1', values, [{ period: '30.000' }]));
  assert.deepEqual(health.semiSyncSource, { enabled: true, active: true });
  assert.deepEqual([health.semiSyncReplica, health.semiSyncClients], [null, 1]);
  assert.deepEqual([health.netTimeout, health.heartbeat], [3600, 30]);
  const denied = await serverHealth(server('9.7.1', values, new Error('SELECT denied')));
  assert.match((denied.heartbeat as { unknown: string }).unknown, /SELECT denied/);
});
