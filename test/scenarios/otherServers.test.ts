// One cell of the matrix for each server that is not the machine's own, in short: make matrix tries them all, and more.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerName } from '../lab/databaseServer.ts';
import type { Lab } from '../lab/lab.ts';
import { ownMariadb } from '../lab/mariadbServer.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
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
import { mhaPerl } from './mhaPerl.ts';
import { testThoroughly } from '../thorough.ts';

const others: readonly (readonly [ServerName, gtid: boolean])[] = [
  ['mysql-9.7', true],
  ['mysql-5.6', false],
  ['mariadb-11.8', true],
  ['mariadb-10.11', true],
];

/** What MHA waits for in a planned switch: not one event less, however MySQL is asked. */
async function assertWaitsForPosition(lab: Lab): Promise<void> {
  const wait = async (): Promise<string> => {
    const [status] = await lab.sql('db10', 'SHOW BINARY LOG STATUS');
    const perl =
      'my $began = Time::HiRes::time(); my $log = MHA::ManagerUtil::init_log(); my $ended = ' +
      `$db->master_pos_wait("${String(status?.['File'])}", ${String(status?.['Position'])}); ` +
      'printf "%s after %.1f s", $ended, Time::HiRes::time() - $began;';
    const env = { ...MHA_ENVIRONMENT, MHA_HELPER_STALL_SECONDS: '2' };
    const { stdout, stderr } = await mhaPerl(lab, 'db12', perl, env);
    return stdout + stderr;
  };
  const [, locked] = await Promise.all([
    lab.sql('db12', 'LOCK TABLES app.writes READ', 'SELECT SLEEP(3)'),
    sleep(1000)
      .then(() => lab.sql('db10', 'INSERT INTO app.writes VALUES (-1, 10)'))
      .then(wait),
  ]);
  assert.match(locked, /0 after [12]\.\d s/);
  assert.equal((await lab.sql('db12', 'SELECT 1 FROM app.writes WHERE id = -1')).length, 1);
  await lab.sql('db12', lab.server.stopReceiving);
  await lab.sql('db10', 'INSERT INTO app.writes VALUES (-2, 10)');
  assert.match(await wait(), /^-1 after[^]*the replica has applied nothing for 2 seconds/);
  await lab.sql('db12', 'START REPLICA');
  assert.match(await wait(), /^0 after/);
  assert.equal((await lab.sql('db12', 'SELECT 1 FROM app.writes WHERE id = -2')).length, 1);
}

describe("MHA with other servers than the machine's own", { concurrency: false }, () => {
  for (const [name, gtid] of others.filter(([name]) => name !== ownMariadb())) {
    testThoroughly(
      `${name}${gtid ? ' with GTID' : ''}: a planned switch, then kill -9 of the new master`,
      async () => {
        const lab = await clusterLab({ server: databaseServer(name, { gtid }), configuration: quickManager });
        try {
          if (name === 'mysql-9.7') await assertWaitsForPosition(lab);
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
