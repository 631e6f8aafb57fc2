// Recovery where the binary log changed its file in the middle of what is missing: without GTID MHA puts the files
// together itself, and sorts them itself.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { databaseServer } from '../lab/servers.ts';
import { assertWhole, clusterLab, managerLog, masterFailover, quickManager } from './cluster.ts';
import { describeThoroughly, testThoroughly } from '../thorough.ts';

const REPLICAS = ['db11', 'db12'] as const;

async function ids(lab: Lab, host: DatabaseName): Promise<unknown[]> {
  return (await lab.sql(host, 'SELECT id FROM app.writes WHERE id < 0 ORDER BY id DESC')).map(({ id }) => id);
}

async function received(lab: Lab, host: DatabaseName, id: number): Promise<void> {
  await waitUntil(`row ${id} on ${host}`, 10_000, async () => (await ids(lab, host)).includes(id));
}

const row = (id: number): string => `INSERT INTO app.writes VALUES (${id}, 10)`;

describe('recovery over rotations, by file and position', { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    lab = await clusterLab({ configuration: quickManager });
  });
  beforeEach(() => lab.resetTopology());
  after(() => lab.stop());

  test('master and best replica went on to another file, a GTID is out of order, handle_raw_binlog=0', async () => {
    await lab.configure({ application: { 'server default': { ping_interval: '1', handle_raw_binlog: '0' } } });
    await lab.sql('db12', 'STOP SLAVE IO_THREAD');
    await lab.sql('db10', row(-1), 'FLUSH BINARY LOGS', row(-2));
    await received(lab, 'db11', -2);
    await lab.sql('db11', 'STOP SLAVE IO_THREAD');
    await lab.sql(
      'db10',
      ...[row(-3), row(-4), 'FLUSH BINARY LOGS', row(-5)],
      // With gtid_strict_mode off, as it is by default.
      ...['SET SESSION gtid_seq_no=1', row(-6), row(-7)],
    );
    await lab.killMysqld('db10');
    const failover = await masterFailover(lab);
    assert.equal(failover.code, 0, failover.stdout + (await managerLog(lab)));
    assert.match(failover.stdout + (await managerLog(lab)), /handle_raw_binlog=0 is not obeyed/);
    for (const host of REPLICAS) assert.deepEqual(await ids(lab, host), [-1, -2, -3, -4, -5, -6, -7], host);
    await assertWhole(lab, 'db11');
  });

  testThoroughly('what the hosts have set for client programs and sessions is not for the recovery', async () => {
    for (const host of [...REPLICAS, 'db10'] as const) {
      await lab.writeFile(host, {
        path: '/home/mha_helper/.my.cnf',
        mode: '644',
        content:
          '[client]\ndefault-character-set=utf8mb4\nmax-allowed-packet=1M\n' +
          '[mysqlbinlog]\nbase64-output=decode-rows\n[mysql]\nsafe-updates\nforce\n',
      });
      await lab.sql(host, 'SET GLOBAL sql_safe_updates=1');
    }
    for (const host of REPLICAS) await lab.sql(host, 'STOP SLAVE IO_THREAD');
    await lab.sql(
      'db10',
      row(-1),
      row(-2),
      'FLUSH BINARY LOGS',
      row(-3),
      'SET SESSION sql_safe_updates=0',
      'SET SESSION binlog_format=STATEMENT',
      'UPDATE app.writes SET server=11',
      'SET SESSION binlog_format=ROW',
      'CREATE TABLE app.large (id INT PRIMARY KEY, content LONGBLOB)',
      "INSERT INTO app.large VALUES (1, REPEAT('x', 15*1024*1024))",
    );
    await lab.killMysqld('db10');
    const failover = await masterFailover(lab);
    assert.equal(failover.code, 0, failover.stdout + (await managerLog(lab)));
    for (const host of REPLICAS) {
      assert.deepEqual(
        await lab.sql(
          host,
          'SELECT GROUP_CONCAT(DISTINCT server) AS servers, COUNT(*) AS count, MAX(LENGTH(content)) AS size ' +
            'FROM app.writes, app.large WHERE app.writes.id < 0',
        ),
        [{ servers: '11', count: 3, size: 15_728_640 }],
        host,
      );
    }
    await assertWhole(lab, 'db11');
  });

  testThoroughly('from file 999999 to 1000000', async () => {
    for (const host of REPLICAS) await lab.sql(host, 'STOP SLAVE', 'RESET SLAVE');
    await lab.sql('db10', 'RESET MASTER TO 999999');
    const from = "CHANGE MASTER TO MASTER_LOG_FILE='mysql-bin.999999', MASTER_LOG_POS=4";
    for (const host of REPLICAS) await lab.sql(host, from, 'START SLAVE');
    await lab.sql('db10', row(-1));
    for (const host of REPLICAS) await received(lab, host, -1);
    await lab.sql('db12', 'STOP SLAVE IO_THREAD');
    await lab.sql('db10', 'FLUSH BINARY LOGS', row(-2));
    await received(lab, 'db11', -2);
    await lab.sql('db11', 'STOP SLAVE IO_THREAD');
    await lab.sql('db10', row(-3));
    await lab.killMysqld('db10');
    const failover = await masterFailover(lab);
    assert.equal(failover.code, 0, failover.stdout + (await managerLog(lab)));
    for (const host of REPLICAS) assert.deepEqual(await ids(lab, host), [-1, -2, -3], host);
    await assertWhole(lab, 'db11');
  });
});

describeThoroughly('recovery over rotations, by GTID on MySQL', { concurrency: false }, () => {
  test('from file 999999 to 1000000', async () => {
    const lab = await clusterLab({ server: databaseServer('mysql-9.7', { gtid: true }), configuration: quickManager });
    try {
      for (const host of REPLICAS) await lab.sql(host, 'STOP REPLICA');
      await lab.sql('db10', 'RESET BINARY LOGS AND GTIDS TO 999999');
      for (const host of REPLICAS) await lab.sql(host, 'RESET BINARY LOGS AND GTIDS', 'RESET REPLICA', 'START REPLICA');
      await lab.sql('db10', row(-1));
      for (const host of REPLICAS) await received(lab, host, -1);
      await lab.sql('db11', 'STOP REPLICA IO_THREAD');
      await lab.sql('db10', 'FLUSH BINARY LOGS', row(-2));
      await received(lab, 'db12', -2);
      await lab.sql('db12', 'STOP REPLICA IO_THREAD');
      await lab.killMysqld('db10');
      // Nothing of the dead master can be read: db12 is all that is left.
      await lab.stopSshd('db10');
      const failover = await masterFailover(lab);
      assert.equal(failover.code, 0, failover.stdout + (await managerLog(lab)));
      for (const host of REPLICAS) assert.deepEqual(await ids(lab, host), [-1, -2], host);
    } finally {
      await lab.stop();
    }
  });
});
