// One cell of the matrix for each server that is not the machine's own, in short: make matrix tries them all, and more.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ServerName } from '../lab/databaseServer.ts';
import { ownMariadb } from '../lab/mariadbServer.ts';
import { databaseServer } from '../lab/servers.ts';
import { startWriter } from '../lab/writer.ts';
import {
  assertWhole,
  clusterLab,
  managerEnd,
  managerLog,
  masterSwitch,
  quickManager,
  startManager,
} from './cluster.ts';
import { testThoroughly } from '../thorough.ts';

const others: readonly (readonly [ServerName, gtid: boolean])[] = [
  ['mysql-9.7', true],
  ['mysql-5.6', false],
  ['mariadb-11.8', true],
  ['mariadb-10.11', true],
];

describe("MHA with other servers than the machine's own", { concurrency: false }, () => {
  for (const [name, gtid] of others.filter(([name]) => name !== ownMariadb())) {
    testThoroughly(
      `${name}${gtid ? ' with GTID' : ''}: a planned switch, then kill -9 of the new master`,
      async () => {
        const lab = await clusterLab({ server: databaseServer(name, { gtid }), configuration: quickManager });
        try {
          const writer = await startWriter(lab);
          const switched = await masterSwitch(lab, 'db11');
          assert.equal(switched.code, 0, switched.stdout);
          await writer.progress(20);
          assert.deepEqual([await lab.vipHolders(), await lab.writableServers()], [['db11'], ['db11']]);
          const manager = await startManager(lab);
          // What is written from here on is only in the binary log of the master that dies.
          for (const replica of ['db10', 'db12'] as const) await lab.sql(replica, lab.server.stopReceiving);
          await writer.progress(20);
          await lab.sql('db11', 'FLUSH BINARY LOGS');
          await writer.progress(20);
          await lab.killMysqld('db11');
          assert.equal(await managerEnd(manager), 0, await managerLog(lab));
          if (gtid)
            assert.match(
              await managerLog(lab),
              /mha-helper compat: [1-9]\d* transactions in the binary log on db11:3306 that no replica has received/,
            );
          await assertWhole(lab, 'db10', writer);
          const [status = {}] = await lab.sql('db12', lab.server.replicaStatus);
          assert.ok(lab.server.isReplicating(status), JSON.stringify(status));
          assert.equal(status['Master_Host'] ?? status['Source_Host'], '192.168.10.10');
        } finally {
          await lab.stop();
        }
      },
      { isOne: name === 'mysql-9.7' },
    );
  }
});
