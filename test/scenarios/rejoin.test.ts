// The old master of a failover: it comes back, is closed, and is made a replica again, or is refused with what it alone
// has.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { KnownServer } from '../lab/databaseServer.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import type { DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { databaseServer } from '../lab/servers.ts';
import { masterFailover } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { isThorough } from '../thorough.ts';

const ofThorough = isThorough ? ' mariadb-10.11-gtid mysql-9.7' : '';
const variants = (process.env['REJOIN_VARIANTS'] ?? `mariadb-10.11 mysql-9.7-gtid${ofThorough}`).split(' ');

function rejoin(lab: Lab, ...more: readonly string[]): Promise<CommandOutcome> {
  return lab.exec('mgr', ['mha-helper', 'rejoin', 'db10', '--conf', APPLICATION_FILE, ...more], { timeoutMs: 120_000 });
}

async function replicates(lab: Lab, host: DatabaseName): Promise<boolean> {
  const [status] = await lab.sql(host, lab.server.replicaStatus);
  return status !== undefined && lab.server.isReplicating(status);
}

async function count(lab: Lab, host: DatabaseName): Promise<number> {
  const [row] = await lab.sql(host, 'SELECT COUNT(*) AS n FROM app.writes');
  return Number(row?.['n']);
}

for (const variant of variants) {
  const gtid = variant.endsWith('-gtid');
  const server = databaseServer(variant.replace(/-gtid$/, '') as KnownServer, { gtid });
  describe(variant, () => {
    const lab = sharedLab({ server });
    for (const [what, body] of [
      ['an old master becomes a replica', rejoined],
      ['one that has more is refused, and what it has is saved', diverged],
    ] as const) {
      test(what, async () => {
        await lab().resetTopology();
        await lab().sql('db10', 'INSERT INTO app.writes VALUES (1, 10), (2, 10)');
        await lab().killMysqld('db10');
        const failover = await masterFailover(lab());
        assert.equal(failover.code, 0, failover.stdout);
        await lab().sql('db11', 'INSERT INTO app.writes VALUES (3, 11)');
        await body(lab());
      });
    }
  });
}

async function rejoined(lab: Lab): Promise<void> {
  const silent = await rejoin(lab);
  assert.equal(silent.code, 9, silent.stderr);
  await lab.startMysqld('db10', '--read-only=0');
  const plan = await rejoin(lab, '--dry-run');
  assert.equal(plan.code, 0, said(plan));
  assert.match(said(plan), /dry run: db10 would replicate from/);
  assert.deepEqual((await lab.writableServers()).toSorted(), ['db10', 'db11']);

  // Nothing more than db11 has: a replica, with what db11 has got since.
  const done = await rejoin(lab);
  assert.equal(done.code, 0, said(done));
  assert.deepEqual(await lab.writableServers(), ['db11']);
  assert.equal(await replicates(lab, 'db10'), true);
  await waitUntil('db10 to have it all', 10_000, async () => (await count(lab, 'db10')) === 3);
  assert.doesNotMatch(await status(lab), /standing order/);
  // Once more: there is nothing to do.
  const again = await rejoin(lab);
  assert.equal(again.code, 0, said(again));
  assert.match(said(again), /replicates from db11 already/);
  const lifted = await lab.exec('mgr', ['mha-helper', 'order', 'lift', 'db10', '--conf', APPLICATION_FILE]);
  assert.deepEqual([lifted.code, lifted.stdout], [0, 'no standing order for db10\n']);
}

async function diverged(lab: Lab): Promise<void> {
  await lab.startMysqld('db10', '--read-only=0');
  // MariaDB's default would log the statement.
  const byRow = lab.server.name.startsWith('mariadb') ? ['SET SESSION binlog_format=ROW'] : [];
  const writes = ['INSERT INTO app.writes VALUES (100, 10), (101, 10)', 'CREATE TABLE app.more (n INT)'];
  await lab.sql('db10', ...byRow, ...writes);
  const refused = await rejoin(lab);
  assert.equal(refused.code, 9, said(refused));
  assert.match(
    said(refused),
    /db10 has what db11 lacks .*2 transactions: app\.writes 2 rows, 1 statement without rows/,
  );
  assert.deepEqual(await lab.writableServers(), ['db11']);
  assert.equal(await replicates(lab, 'db10'), false);
  const told = await status(lab);
  assert.match(told, /standing order: db10\s[^]*db10\s+has\s+what\s+db11\s+lacks/);
  assert.equal(told.match(/standing order/g)?.length, 1, told);

  const [, text = '', binlog = ''] = /(\S+\.sql) as text; (\S+\.binlog) as a binary log/.exec(said(refused)) ?? [];
  const kept = await lab.exec('mgr', ['cat', text]);
  assert.match(kept.stdout, /### {3}@1=100/);
  assert.doesNotMatch(kept.stdout, /### {3}@1=2\b/);
  const bytes = await lab.exec('mgr', ['sh', '-c', 'stat -c %a "$1"; head -c 4 "$1" | od -An -tx1', 'sh', binlog]);
  assert.match(bytes.stdout, /^600\n fe 62 69 6e/);

  const insisted = await rejoin(lab, '--accept-divergence');
  assert.equal(insisted.code, 9, said(insisted));
  assert.match(said(insisted), /set no_master=1/);
  await lab.exec('mgr', ['sed', '-i', '/^\\[server1\\]/a no_master=1', APPLICATION_FILE]);
  await lab.exec('mgr', ['sed', '-i', '/^\\[server1\\]/,/^\\[server2\\]/{/candidate_master/d}', APPLICATION_FILE]);
  const accepted = await rejoin(lab, '--accept-divergence');
  // None of the replicas may become the master now, which MHA minds.
  assert.equal(accepted.code, 10, said(accepted));
  assert.equal(await replicates(lab, 'db10'), true);
  await waitUntil('db10 to have the row', 10_000, async () => (await count(lab, 'db10')) === 5);
}

function said({ stdout, stderr }: CommandOutcome): string {
  return stdout + stderr;
}

async function status(lab: Lab): Promise<string> {
  return said(await lab.exec('mgr', ['mha-helper', 'status']));
}
