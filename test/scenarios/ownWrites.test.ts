// Rows that a replica has written itself, MariaDB by file and position: told by check, status and a switch, and nothing
// is said of what looks like them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { DATABASE_NAMES, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { databaseServer } from '../lab/servers.ts';
import { clusterLab, masterFailover, masterSwitch } from './cluster.ts';
import { testThoroughly } from '../thorough.ts';

const server = databaseServer('mariadb-10.11', { gtid: false });
// The example's db12 is never master, and has its SSH user without sudo.
const candidates = {
  application: { server3: { no_master: null } },
  helper: { db12: { requires_sudo: 'yes' } },
} as const;

function helper(lab: Lab, command: string, ...more: readonly string[]): Promise<CommandOutcome> {
  return lab.exec('mgr', ['mha-helper', command, ...more, '--conf', APPLICATION_FILE], { timeoutMs: 120_000 });
}

/** In one line: `status` breaks them. */
function said({ stdout, stderr }: CommandOutcome): string {
  return (stdout + stderr).replaceAll(/\s+/g, ' ');
}

async function bothSay(lab: Lab): Promise<readonly [check: string, status: string]> {
  const [check, status] = [await helper(lab, 'check', '--quick'), await helper(lab, 'status')];
  return [said(check), said(status)];
}

async function nothingIsSaid(lab: Lab, when: string): Promise<void> {
  for (const text of await bothSay(lab)) assert.doesNotMatch(text, /transactions that/, when);
}

async function allHave(lab: Lab, count: number): Promise<void> {
  for (const name of DATABASE_NAMES) {
    await waitUntil(`${count} rows on ${name}`, 20_000, async () => {
      const [row] = await lab.sql(name, 'SELECT COUNT(*) AS n FROM app.writes WHERE id < 1000');
      return Number(row?.['n']) === count;
    });
  }
}

async function written(lab: Lab, host: DatabaseName, ...ids: readonly number[]): Promise<void> {
  for (const id of ids) await lab.sql(host, `INSERT INTO app.writes VALUES (${id}, ${host.replace('db', '')})`);
}

test('a row of a replica is told, and such a replica does not become the master', async () => {
  const lab = await clusterLab({ server });
  try {
    await lab.configure(candidates);
    await written(lab, 'db10', 1, 2, 3);
    await allHave(lab, 3);
    // What a backup or a cron job does is no row.
    await lab.sql('db11', 'FLUSH TABLES', 'ANALYZE TABLE app.writes');
    await nothingIsSaid(lab, 'statements that change no rows');

    await written(lab, 'db11', 1001);
    const text = /db11 has transactions that db10 lacks \(0-11-\d+\.\.\d+\): made the master it alone would have them/;
    for (const told of await bothSay(lab)) assert.match(told, text, 'at once');
    await written(lab, 'db10', 4, 5);
    await allHave(lab, 5);
    for (const told of await bothSay(lab)) assert.match(told, text, 'the master has gone on');
    await lab.sql('db11', 'FLUSH BINARY LOGS');
    await written(lab, 'db10', 6);
    await allHave(lab, 6);
    for (const told of await bothSay(lab)) assert.match(told, text, 'in an older binary log');

    const refused = await helper(lab, 'failover', '--online', '--to', 'db11');
    assert.equal(refused.code, 9, said(refused));
    assert.match(said(refused), /db11 has transactions that db10 lacks .*, and could become the master/);
    const other = await helper(lab, 'failover', '--online', '--to', 'db12');
    assert.equal(other.code, 0, said(other));
    assert.deepEqual(await lab.writableServers(), ['db12']);

    // The tables were made equal: without the binary log nothing speaks of it any more.
    await lab.sql('db11', 'SET SESSION sql_log_bin=0', 'DELETE FROM app.writes WHERE id = 1001');
    await lab.sql('db11', 'FLUSH BINARY LOGS');
    const logs = await lab.sql('db11', 'SHOW BINARY LOGS');
    await lab.sql('db11', `PURGE BINARY LOGS TO '${String(logs.at(-1)?.['Log_name'])}'`);
    await nothingIsSaid(lab, 'purged');
  } finally {
    await lab.stop();
  }
});

testThoroughly('nothing is said of old masters, of what MHA has recovered, and after RESET MASTER', async () => {
  const lab = await clusterLab({ server });
  try {
    await lab.configure(candidates);
    await written(lab, 'db10', 1, 2);
    await allHave(lab, 2);
    // The last writes are on the dead master alone, in two binary logs.
    for (const name of ['db11', 'db12'] as const) await lab.sql(name, 'STOP SLAVE IO_THREAD');
    await written(lab, 'db10', 3);
    await lab.sql('db10', 'FLUSH BINARY LOGS');
    await written(lab, 'db10', 4, 5);
    await lab.killMysqld('db10');
    const failover = await masterFailover(lab);
    assert.equal(failover.code, 0, failover.stdout);
    await lab.startMysqld('db10', '--read-only=0');
    const rejoined = await helper(lab, 'rejoin', 'db10');
    assert.equal(rejoined.code, 0, said(rejoined));
    await nothingIsSaid(lab, 'an old master that is back');
    await written(lab, 'db11', 6);
    await allHave(lab, 6);
    await nothingIsSaid(lab, 'and what the new one has written since');

    for (const name of ['db10', 'db12'] as const) {
      await lab.sql(name, 'RESET MASTER');
      await written(lab, 'db11', name === 'db10' ? 7 : 8);
    }
    await allHave(lab, 8);
    await nothingIsSaid(lab, 'RESET MASTER on the replicas');
    for (const to of ['db10', 'db12', 'db11'] as const) {
      const switched = await masterSwitch(lab, to);
      assert.equal(switched.code, 0, switched.stdout);
      await nothingIsSaid(lab, `${to} is the master`);
    }
    await written(lab, 'db11', 9);
    await allHave(lab, 9);
    await nothingIsSaid(lab, 'after three switches');

    // The master has no history of its own any more; the replicas follow from the new beginning.
    await lab.sql('db11', 'RESET MASTER');
    for (const name of ['db10', 'db12'] as const) {
      await lab.sql(name, 'STOP SLAVE', "CHANGE MASTER TO MASTER_LOG_FILE='mysql-bin.000001', MASTER_LOG_POS=4");
      await lab.sql(name, 'START SLAVE');
    }
    await nothingIsSaid(lab, 'RESET MASTER on the master');
    await written(lab, 'db11', 10, 11, 12);
    await allHave(lab, 12);
    await nothingIsSaid(lab, 'and what it has written since');
  } finally {
    await lab.stop();
  }
});

testThoroughly('without log_slave_updates it is likely, and excludes nobody', async () => {
  const lab = await clusterLab({ server });
  try {
    await lab.stopMysqld('db11');
    await lab.startMysqld('db11', '--log-slave-updates=0');
    await written(lab, 'db10', 1, 2, 3);
    await allHave(lab, 3);
    await nothingIsSaid(lab, 'all is well');
    await written(lab, 'db11', 1001);
    await written(lab, 'db10', 4);
    await allHave(lab, 4);
    for (const told of await bothSay(lab)) {
      assert.match(
        told,
        /db11 probably has transactions that db10 lacks \(0-11-\d+\.\.\d+\): .*; see what it has written/,
      );
    }
    const dry = await helper(lab, 'failover', '--online', '--to', 'db11', '--dry-run');
    assert.equal(dry.code, 0, said(dry));
    assert.match(said(dry), /db11 probably has transactions/);
  } finally {
    await lab.stop();
  }
});
