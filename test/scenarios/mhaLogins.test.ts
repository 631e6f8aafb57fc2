// Logins as MySQL has them today, for MHA, for its replicas and for the hooks: caching_sha2_password with and without encryption.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ADMIN_ACCOUNT, DATABASE_NAMES, HOSTS, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { databaseServer, haveServer } from '../lab/servers.ts';
import { clusterLab, masterSwitch } from './cluster.ts';

describe('logins of MySQL 9.7', { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    const server = databaseServer('mysql-9.7', { gtid: true });
    haveServer(server);
    lab = await clusterLab({ server });
  });
  after(async () => { await lab?.stop(); });

  async function replica(host: DatabaseName): Promise<string> {
    const [status] = await lab.sql(host, lab.server.replicaStatus);
    const columns = ['Source_Host', 'Replica_IO_Running', 'Replica_SQL_Running', 'Auto_Position', 'Source_SSL_Allowed', 'Get_Source_public_key'];
    return columns.map((column) => String(status?.[column])).join(' ');
  }

  test('without encryption the key of the new source is asked for, by the old master too', async () => {
    const switched = await masterSwitch(lab, 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.match(switched.stdout, /mha-helper compat: MySQL 9\.7\.\d+: [^]*GTID failover mode = 1/);
    for (const host of ['db10', 'db12'] as const) assert.equal(await replica(host), `${HOSTS.db11.ipv4} Yes Yes 1 No 1`);
  });

  test('where encryption is required, MHA does not take the server for dead, the hooks connect, and replication stays encrypted', async () => {
    for (const host of DATABASE_NAMES) await lab.sql(host, 'SET GLOBAL require_secure_transport=1');
    const change = 'CHANGE REPLICATION SOURCE TO SOURCE_SSL=1, GET_SOURCE_PUBLIC_KEY=0';
    for (const host of ['db10', 'db12'] as const) await lab.sql(host, 'STOP REPLICA', change, 'START REPLICA');
    const look = ['perl', '-MMHA::DBHelper', '-MMHA::ManagerConst', '-e', `print MHA::DBHelper::check_connection_fast_util("${HOSTS.db11.ipv4}", 3306, "${ADMIN_ACCOUNT.user}", "${ADMIN_ACCOUNT.password}")`];
    assert.equal((await lab.exec('mgr', look)).stdout, '0', 'without the layer: dead');
    assert.equal((await lab.exec('mgr', look, { env: MHA_ENVIRONMENT })).stdout, '1:Connection Succeeded');
    const switched = await masterSwitch(lab, 'db10');
    assert.equal(switched.code, 0, switched.stdout);
    for (const host of ['db11', 'db12'] as const) assert.equal(await replica(host), `${HOSTS.db10.ipv4} Yes Yes 1 Yes 0`);
    assert.deepEqual(await lab.writableServers(), ['db10']);
  });
});
