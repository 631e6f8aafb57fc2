// The situations that MHA's own tests are about, with our hooks: whom it chooses, how it ends, and that nothing
// acknowledged is lost.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE, type Sections } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { APPLICATION_ACCOUNT, type DatabaseName, HOSTS } from '../lab/hosts.ts';
import { waitUntil } from '../lab/processes.ts';
import { lostWrites, startWriter, type WriterHandle } from '../lab/writer.ts';
import { managerLog, masterFailover, masterha } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';

describe("situations of MHA's own tests", { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
  });

  /**
   * db10 has died; MHA is told so by an operator.
   * @returns what MHA and the hooks have logged, instead of the little they print
   */
  async function failover(): Promise<Pick<CommandOutcome, 'code' | 'stdout'>> {
    const { code } = await masterFailover(cluster());
    return { code, stdout: await managerLog(cluster()) };
  }

  function checkRepl(): Promise<CommandOutcome> {
    return masterha(cluster(), 'masterha_check_repl', [`--conf=${APPLICATION_FILE}`]);
  }

  async function applicationOptions(servers: Sections): Promise<void> {
    // The example's db12 is never master, and has its SSH user without sudo.
    await cluster().configure({ application: servers, helper: { db12: { requires_sudo: 'yes' } } });
  }

  /** Writes, and the writer ends: what follows happens to a cluster at rest. */
  async function written(count = 40): Promise<WriterHandle> {
    const writer = await startWriter(cluster());
    await writer.progress(count);
    await writer.stop();
    return writer;
  }

  async function untilAllOn(host: DatabaseName, writer: WriterHandle): Promise<void> {
    await waitUntil(`all writes on ${host}`, 10_000, async () => (await lostWrites(cluster(), host, writer)) === 0);
  }

  /** The new master takes writes, nobody else does, the address is there, and it has all that was acknowledged. */
  async function assertMaster(
    master: DatabaseName,
    writer: WriterHandle,
    dead: readonly DatabaseName[] = [],
  ): Promise<void> {
    assert.deepEqual(await cluster().writableServers(), [master]);
    assert.deepEqual(
      (await cluster().vipHolders()).filter((host) => !dead.some((one) => one === host)),
      [master],
    );
    assert.equal(await lostWrites(cluster(), master, writer), 0);
  }

  /** MHA refused: nobody has become master. */
  async function assertNobody(): Promise<void> {
    assert.deepEqual(await cluster().writableServers(), []);
    assert.deepEqual(
      (await cluster().vipHolders()).filter((host) => host !== 'db10'),
      [],
    );
  }

  test(
    "the candidate is not the latest replica, and the dead master's host is gone: it gets what it lacks from " +
      'the latest',
    async () => {
      await applicationOptions({ server3: { no_master: null } });
      await cluster().sql('db11', 'STOP SLAVE IO_THREAD');
      const writer = await written();
      await untilAllOn('db12', writer);
      assert.ok((await lostWrites(cluster(), 'db11', writer)) > 0, 'db11 lacks writes');
      await cluster().powerOff('db10');
      const { code, stdout } = await failover();
      assert.equal(code, 0, stdout);
      await assertMaster('db11', writer, ['db10']);
      assert.equal(await lostWrites(cluster(), 'db12', writer), 0);
    },
  );

  test('no candidate at all: the latest replica becomes master', async () => {
    await applicationOptions({
      server1: { candidate_master: null },
      server2: { candidate_master: null },
      server3: { no_master: null },
    });
    await cluster().sql('db11', 'STOP SLAVE IO_THREAD');
    const writer = await written();
    await untilAllOn('db12', writer);
    await cluster().killMysqld('db10');
    const { code, stdout } = await failover();
    assert.equal(code, 0, stdout);
    await assertMaster('db12', writer);
    await untilAllOn('db11', writer);
  });

  test('a lagging candidate becomes master only when it has applied all it has', async () => {
    await cluster().sql('db11', 'STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY=6', 'START SLAVE');
    const writer = await written();
    await waitUntil(
      'the relay log of db11',
      10_000,
      async () => (await received('db11')) === (await binaryLog('db10')),
    );
    assert.ok((await lostWrites(cluster(), 'db11', writer)) > 0, 'db11 lags');
    await cluster().killMysqld('db10');
    const { code, stdout } = await failover();
    assert.equal(code, 0, stdout);
    await assertMaster('db11', writer);
  });

  test('multi-tier: a replica of the candidate is refused, or stays where it is (multi_tier_slave)', async () => {
    const file = (await cluster().sql('db11', 'SHOW MASTER STATUS'))[0];
    await cluster().sql(
      'db12',
      'STOP SLAVE',
      `CHANGE MASTER TO MASTER_HOST='${HOSTS.db11.ipv4}', MASTER_LOG_FILE='${String(file?.['File'])}', ` +
        `MASTER_LOG_POS=${Number(file?.['Position'])}`,
      'START SLAVE',
    );
    const refused = await checkRepl();
    assert.notEqual(refused.code, 0);
    assert.match(
      refused.stdout,
      /Multi-master configuration is detected, but all of them are read-only|replicates from .* but real master is/,
    );
    await applicationOptions({ server3: { multi_tier_slave: '1' } });
    // The candidate is alone below the master: MHA says so and goes on.
    const writer = await written();
    await untilAllOn('db12', writer);
    await cluster().killMysqld('db10');
    const { code, stdout } = await failover();
    assert.equal(code, 0, stdout);
    await assertMaster('db11', writer);
    const [status] = await cluster().sql('db12', cluster().server.replicaStatus);
    assert.equal(status?.['Master_Host'], HOSTS.db11.ipv4);
  });

  test('a replica whose SQL thread has stopped: refused, ignore_fail or not, until it is repaired', async () => {
    const { schema } = APPLICATION_ACCOUNT;
    await cluster().sql('db12', 'SET sql_log_bin=0', `INSERT INTO ${schema}.writes VALUES (1, 12)`);
    await cluster().sql('db10', `INSERT INTO ${schema}.writes VALUES (1, 10)`);
    const writer = await written();
    await untilAllOn('db11', writer);
    await waitUntil(
      'the error',
      10_000,
      async () => (await cluster().sql('db12', cluster().server.replicaStatus))[0]?.['Slave_SQL_Running'] === 'No',
    );
    await cluster().killMysqld('db10');
    await applicationOptions({ server3: { ignore_fail: '1' } });
    const refused = await failover();
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout, /SQL Thread is stopped\(error\) on db12\(.*Duplicate entry '1'/);
    await assertNobody();
    await cluster().sql('db12', 'SET sql_log_bin=0', `DELETE FROM ${schema}.writes WHERE id = 1`, 'START SLAVE');
    await untilAllOn('db12', writer);
    const { code, stdout } = await failover();
    assert.equal(code, 0, stdout);
    await assertMaster('db11', writer);
  });

  test('a replica that is down: refused; with ignore_fail the failover goes on, and 10 says so', async () => {
    const writer = await written();
    await untilAllOn('db11', writer);
    await cluster().killMysqld('db12');
    await cluster().killMysqld('db10');
    const refused = await failover();
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout, /Server db12\(.*\) is dead, but must be alive/);
    await assertNobody();
    await applicationOptions({ server3: { ignore_fail: '1' } });
    const { code, stdout } = await failover();
    assert.equal(code, 10, stdout);
    assert.match(stdout, /recovery on slave partially failed/);
    await assertMaster('db11', writer);
  });

  for (const [what, prepare] of [
    [
      'no_master',
      async () => {
        await applicationOptions({ server2: { candidate_master: null, no_master: '1' }, server3: { no_master: null } });
      },
    ],
    [
      'a binary log that is off',
      async () => {
        await applicationOptions({ server3: { no_master: null } });
        await cluster().stopMysqld('db11');
        await cluster().startMysqld('db11', '--skip-log-bin', '--skip-log-slave-updates');
      },
    ],
  ] as const) {
    test(`${what} keeps db11 from becoming master, candidate or not`, async () => {
      await prepare();
      const writer = await written();
      await untilAllOn('db11', writer);
      await untilAllOn('db12', writer);
      await cluster().killMysqld('db10');
      const { code, stdout } = await failover();
      assert.equal(code, 0, stdout);
      await assertMaster('db12', writer);
    });
  }

  test('no_master everywhere: refused, and nobody takes writes', async () => {
    await applicationOptions({ server2: { candidate_master: null, no_master: '1' } });
    await cluster().killMysqld('db10');
    const { code, stdout } = await failover();
    assert.notEqual(code, 0);
    assert.match(stdout, /None of slaves can be master|None of existing slaves matches as a new master/);
    await assertNobody();
  });

  test(
    'replication filters that differ: check_repl is refused, so nothing is watched; a failover by hand does ' +
      'not look at them',
    async () => {
      // MHA compares each replica with those before it only where they have a filter: one on the last alone would go
      // unseen.
      await cluster().stopMysqld('db11');
      await cluster().startMysqld('db11', '--replicate-ignore-db=other');
      const writer = await written();
      await untilAllOn('db11', writer);
      const checked = await checkRepl();
      assert.equal(checked.code, 1, checked.stdout);
      assert.match(checked.stdout, /Replication filtering check failed on db12/);
      await cluster().killMysqld('db10');
      const { code, stdout } = await failover();
      assert.equal(code, 0, stdout);
      await assertMaster('db11', writer);
    },
  );

  async function received(host: DatabaseName): Promise<string> {
    const [status] = await cluster().sql(host, cluster().server.replicaStatus);
    return `${status?.['Master_Log_File']}:${status?.['Read_Master_Log_Pos']}`;
  }

  async function binaryLog(host: DatabaseName): Promise<string> {
    const [status] = await cluster().sql(host, 'SHOW MASTER STATUS');
    return `${status?.['File']}:${status?.['Position']}`;
  }
});
