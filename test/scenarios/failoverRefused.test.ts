import assert from 'node:assert/strict';
import { once } from 'node:events';
import { beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE, HELPER_FILE } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { DATABASE_NAMES } from '../lab/hosts.ts';
import { managerLog, startManager } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';

describe('mha-helper failover that must not begin', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
  });

  /** All that a switch could have changed. */
  async function state(): Promise<unknown> {
    // Not the thread that reads: it notices by itself, some time later, that its master was killed.
    const replication = await Promise.all(
      DATABASE_NAMES.map(async (name) => {
        const rows = await cluster()
          .sql(name, 'SHOW SLAVE STATUS')
          .catch(() => null);
        return rows?.map((row) => [row['Master_Host'], row['Slave_SQL_Running']]) ?? 'down';
      }),
    );
    const files = await cluster().exec('mgr', [
      'sh',
      '-c',
      'ls -l /var/log/mha/* /var/lib/mha-helper 2>/dev/null | grep -v "test_cluster.log\\|health\\|^total"; ' +
        'ps -e -o args | grep "^/usr/bin/perl.*masterha_manager" | sort -u',
    ]);
    return {
      writable: await cluster().writableServers(),
      holders: await cluster().vipHolders(),
      replication,
      files: files.stdout,
    };
  }

  async function refused(code: number, words: readonly string[], ...lines: readonly RegExp[]): Promise<CommandOutcome> {
    const earlier = await state();
    const outcome = await cluster().exec('mgr', ['mha-helper', 'failover', ...words], { timeoutMs: 60_000 });
    assert.equal(outcome.code, code, outcome.stderr);
    assert.equal(outcome.stdout, '', 'MHA was started');
    for (const line of lines) assert.match(outcome.stderr, line);
    assert.deepEqual(await state(), earlier);
    return outcome;
  }

  const conf = ['-c', APPLICATION_FILE];

  test('arguments', async () => {
    await refused(
      2,
      [],
      patternOf(
        String.raw`^mha-helper: failover: --online \(the master is alive\) or --dead HOST is missing `,
        String.raw`-- see .*\n$`,
      ),
    );
    await refused(2, [...conf, '--online', '--dead', 'db10'], /--online and --dead exclude each other/);
    await refused(2, [...conf, '--dead', ''], /--dead is empty/);
    await refused(2, [...conf, '--online', '--ignore-last-failover'], /--ignore-last-failover belongs to --dead/);
  });

  test('hosts that the application file does not have, that may not be master, or that are it already', async () => {
    await refused(
      2,
      [...conf, '--dead', 'db99'],
      /: --dead db99: \/etc\/mha\/test_cluster\.conf has no such server -- it has db10, db11, db12;/,
    );
    await refused(2, [...conf, '--online', '--to', 'db99'], /: --to db99: .* has no such server/);
    await refused(
      9,
      [...conf, '--online', '--to', 'db12'],
      /: --to db12: \/etc\/mha\/test_cluster\.conf has no_master=1 for it/,
    );
    await refused(9, [...conf, '--online', '--to', 'db10'], /: --to db10: that is the master already/);
    await refused(2, [...conf, '--online', '--to', 'db11:3307'], /: --to db11:3307: .* has no such server/);
  });

  test('a master that is alive is not dead, and a replica is not the master', async () => {
    const outcome = await refused(
      9,
      [...conf, '--dead', 'db10'],
      patternOf(
        String.raw`^mha-helper: the switch was not started and nothing was changed: db10 is not dead: MySQL answers `,
        String.raw`there -- for a master that is alive use --online`,
      ),
    );
    assert.equal(outcome.stderr.split('\n').length, 2, 'one line');
    await cluster().killMysqld('db12');
    await refused(9, [...conf, '--dead', 'db12'], /db12 is not the master: db11 replicates from db10 -- /);
    await refused(
      4,
      [...conf, '--online'],
      /db12: cannot connect to MySQL .*; MHA switches only while every server answers -- .*use --dead HOST/,
    );
  });

  test('configuration that is missing, broken, or does not know a host', async () => {
    await refused(
      3,
      ['-c', '/etc/mha/nowhere.conf', '--online'],
      /cannot read MHA's configuration file \/etc\/mha\/nowhere\.conf/,
    );
    await cluster().configure({
      application: { 'server default': { passwrd: 'x', master_ip_online_change_script: null } },
    });
    await refused(3, [...conf, '--online'], /MHA has no parameter passwrd/);
    await cluster().configure({ application: { 'server default': { master_ip_online_change_script: null } } });
    await refused(
      3,
      [...conf, '--online'],
      /has no master_ip_online_change_script: MHA would move neither the writes nor the writer address/,
    );
    await cluster().exec('mgr', ['sed', '-i', '/^\\[db1[12]\\]/d', HELPER_FILE]);
    await refused(
      3,
      [...conf, '--online'],
      /no section \[db11\]/,
      /no section \[db12\]/,
      /has no master_ip_online_change_script/,
      /nothing was changed, because of these 3 problems\n$/,
    );
    await cluster().configure({ helper: { default: { vip_type: 'mettle' } } });
    await refused(3, [...conf, '--online'], /vip_type = mettle/);
  });

  test('MHA is not installed: the package is named', async () => {
    await cluster().exec('mgr', ['mv', '/usr/bin/masterha_master_switch', '/usr/bin/elsewhere']);
    try {
      await refused(
        13,
        [...conf, '--online'],
        /MHA is missing on this host: no masterha_master_switch in PATH -- install the package mha4mysql-manager/,
      );
    } finally {
      await cluster().exec('mgr', ['mv', '/usr/bin/elsewhere', '/usr/bin/masterha_master_switch']);
    }
  });

  test('masterha_manager monitors, and goes on to', async () => {
    const manager = await startManager(cluster());
    await refused(
      9,
      [...conf, '--online', '--to', 'db11'],
      patternOf(
        String.raw`masterha_manager monitors this cluster \(PING_OK\) -- run this again with --pause-monitor `,
        String.raw`.*masterha_stop --conf=\/etc\/mha\/test_cluster\.conf first`,
      ),
    );
    await refused(9, [...conf, '--dead', 'db10', '--pause-monitor'], /db10 is not dead/);
    assert.equal((await cluster().exec('mgr', ['masterha_check_status', `--conf=${APPLICATION_FILE}`])).code, 0);
    manager.kill('SIGTERM');
    await manager.ended;
  });

  test('a health file that names another process is no manager, and that process lives on', async () => {
    const other = cluster().spawn('mgr', ['sh', '-c', 'echo $$; exec sleep 120']);
    await once(other.process.stdout, 'data');
    const pid = other.output().trim();
    await cluster().writeFile('mgr', {
      path: '/var/log/mha/test_cluster/test_cluster.master_status.health',
      content: `${pid}\t0:PING_OK\tmaster:db10`,
    });
    await refused(
      9,
      [...conf, '--online', '--pause-monitor'],
      /masterha_manager cannot be paused: process \d+ of .*health is "(sleep 120|sh -c .*)", not masterha_manager/,
    );
    assert.equal((await cluster().exec('mgr', ['kill', '-0', pid])).code, 0);
    other.kill('SIGTERM');
    await other.ended;
  });

  for (const words of [['--online'], ['--online', '--to', 'db11']]) {
    test(`dry run of ${words.join(' ')}: MHA's rehearsal changes nothing`, async () => {
      const [earlier, position] = [await state(), await binlogs()];
      const argv = ['mha-helper', 'failover', ...conf, ...words, '--dry-run', '--verbose'];
      const outcome = await cluster().exec('mgr', argv, { timeoutMs: 60_000 });
      assert.equal(outcome.code, 0, outcome.stderr);
      assert.match(
        outcome.stdout,
        /command: masterha_master_switch --master_state=alive .*--orig_master_is_new_slave\n/,
      );
      assert.match(outcome.stdout, /--check_only is set\. Exit\.\n.*dry run: nothing was changed; MHA would switch\n$/);
      assert.doesNotMatch(outcome.stdout, /CHANGE MASTER|Executing FLUSH/);
      assert.deepEqual([await state(), await binlogs()], [earlier, position]);
    });
  }

  test('dry run of a failover, and of a pause', async () => {
    const manager = await startManager(cluster());
    const earlier = await state();
    const paused = await cluster().exec(
      'mgr',
      ['mha-helper', 'failover', ...conf, '--online', '--pause-monitor', '--dry-run'],
      { timeoutMs: 60_000 },
    );
    assert.equal(paused.code, 0, paused.stderr);
    assert.match(
      paused.stdout,
      patternOf(
        String.raw`; masterha_manager is paused meanwhile\n.*command: .*\n.*dry run: nothing was changed; MHA's own `,
        String.raw`rehearsal .* works only while masterha_manager is stopped`,
      ),
    );
    assert.deepEqual(await state(), earlier);
    assert.doesNotMatch(await managerLog(cluster()), /Terminat|signal/);
    manager.kill('SIGTERM');
    await manager.ended;
    await cluster().killMysqld('db10');
    const down = await state();
    const dead = await cluster().exec('mgr', ['mha-helper', 'failover', ...conf, '--dead', 'db10', '--dry-run'], {
      timeoutMs: 60_000,
    });
    assert.equal(dead.code, 0, dead.stderr);
    assert.match(
      dead.stdout,
      patternOf(
        String.raw`command: masterha_master_switch --master_state=dead .*--dead_master_host=db10 `,
        String.raw`--dead_master_port=3306\n.*dry run: nothing was changed`,
      ),
    );
    assert.deepEqual(await state(), down);
  });

  async function binlogs(): Promise<unknown> {
    return Promise.all(DATABASE_NAMES.map((name) => cluster().sql(name, 'SHOW MASTER STATUS')));
  }
});
