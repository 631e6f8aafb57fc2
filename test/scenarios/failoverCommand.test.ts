import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { APPLICATION_FILE, WORK_DIRECTORY } from '../lab/exampleConfiguration.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, readmeSudoers } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';

const SWITCH_LOG = '/var/log/mha-helper/test_cluster.switch.log';

describe('mha-helper failover through real MHA', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
  });

  const run = (...argv: readonly string[]): Promise<CommandOutcome> =>
    cluster().exec('mgr', argv, { timeoutMs: 150_000 });
  const failover = (...words: readonly string[]): Promise<CommandOutcome> =>
    run('mha-helper', 'failover', '-c', APPLICATION_FILE, ...words);

  test('planned, to a chosen server and back to the one that MHA chooses, by the old name', async () => {
    const writer = await startWriter(cluster());
    const there = await failover('--online', '--to', 'db11');
    assert.equal(there.code, 0, there.stderr);
    assert.equal(there.stderr, '');
    assert.match(there.stdout, /planned switch: db10 -> db11; writer address 192\.168\.10\.155\n/);
    assert.match(there.stdout, /MHA's output goes to \/var\/log\/mha-helper\/test_cluster\.switch\.log\n\nThe planned/);
    const completed = /\[info\] Switching master to db1\d\(192\.168\.10\.1\d:3306\) completed successfully\./;
    assert.doesNotMatch(there.stdout, completed);
    assert.match(await cluster().readFile('mgr', SWITCH_LOG), completed);
    assert.match(
      there.stdout,
      patternOf(
        String.raw`\nThe planned switch succeeded; it took \d+\.\d s\. As it is `,
        String.raw`now:\n {2}master now +db11\n {2}writer `,
        String.raw`address +192\.168\.10\.155 is on db11\n {2}outage +.+\n {2}db10 +read-only, replicates from db11, `,
        String.raw`0 s behind\n {2}db11 +takes writes, is no replica\n {2}db12 +read-only, `,
        String.raw`replicates from db11, 0 s behind\n`,
      ),
    );
    assert.match(
      there.stdout,
      patternOf(
        String.raw` {2}online stop, db10 -> db11: done in \d\.\d{3} s\n +\d\.\d{3} s {2}release the writer address `,
        String.raw`192\.168\.10\.155 on db10\n`,
      ),
    );
    assert.match(
      there.stdout,
      / {2}from the release of the writer address to its assignment: \d\.\d{3} s, by the hooks' clock\n$/,
    );
    assert.deepEqual(await cluster().writableServers(), ['db11']);
    const back = await run('mysql_online_failover', '-c', APPLICATION_FILE, '--verbose');
    assert.equal(back.code, 0, back.stderr);
    assert.match(back.stdout, completed, "MHA's own output");
    assert.match(back.stdout, /master now +db10\n/);
    // Of this switch only, not of the one before it.
    assert.doesNotMatch(back.stdout.slice(back.stdout.indexOf('As it is now')), /db10 -> db11/);
    await assertWhole(cluster(), 'db10', writer);
  });

  test('dead after kill -9, by the old name with its old options; then a second one at once', async () => {
    const writer = await startWriter(cluster());
    await cluster().killMysqld('db10');
    const done = await run('mysql_failover', '-d', 'db10', '-c', APPLICATION_FILE, '--verbose');
    assert.equal(done.code, 0, done.stderr);
    assert.match(
      done.stdout,
      /\[info\] Master failover to db11\(192\.168\.10\.11:3306\) completed successfully\./,
      "MHA's log is shown",
    );
    assert.match(done.stdout, /hard start: db10 -> db11, cluster test_cluster/, "the hook's lines are shown");
    assert.match(
      done.stdout,
      patternOf(
        String.raw`The failover of db10 succeeded; it took .*\n {2}master now +db11\n {2}writer `,
        String.raw`address +192\.168\.10\.155 is on db11\n {2}outage +at least \d+\.\d+ s through .+ `,
        String.raw`\(db11\)\n {2}db10 +MySQL down \(connection refused by `,
        String.raw`192\.168\.10\.10:3306\)\n`,
      ),
    );
    assert.match(
      done.stdout,
      /hard start, db10 -> db11: done in .*\n +\S+ s {2}set read_only=0 on db11\n +\S+ s {2}assign the writer address/,
    );
    assert.equal(
      done.stderr,
      'ATTENTION: db10 is out of the cluster: repair it, and make it a replica of the new master: ' +
        'mha-helper rejoin db10 -c /etc/mha/test_cluster.conf\n',
    );
    await assertWhole(cluster(), 'db11', writer);
    assert.match(
      await cluster().readFile('mgr', `${WORK_DIRECTORY}/test_cluster.log`),
      /Master failover to db11.* completed successfully/,
      'MHA keeps its log',
    );
    const again = await failover('--dead', 'db11');
    assert.equal(again.code, 9);
    assert.match(
      again.stderr,
      patternOf(
        String.raw`test_cluster\.failover\.complete is in the way: the last failover was 0 minutes ago, and MHA waits `,
        String.raw`for 8 hours until the next, until \S+Z -- .*--ignore-last-failover`,
      ),
    );
  });

  test('a failover that failed is in the way until --ignore-last-failover', async () => {
    await cluster().exec('mgr', ['touch', `${WORK_DIRECTORY}/test_cluster.failover.error`]);
    await cluster().killMysqld('db10');
    const refused = await failover('--dead', 'db10');
    assert.equal(refused.code, 9);
    assert.equal(refused.stdout, '');
    assert.match(
      refused.stderr,
      patternOf(
        String.raw`^mha-helper: the switch was not started and nothing was changed: `,
        String.raw`\/var\/log\/mha\/test_cluster\/test_cluster\.failover\.error is in the way: a failover failed 0 `,
        String.raw`minutes ago -- `,
      ),
    );
    const done = await failover('--dead', 'db10', '--to', 'db11', '--ignore-last-failover');
    assert.equal(done.code, 0, done.stderr);
    await assertWhole(cluster(), 'db11');
  });

  test('a host that is gone: the address is not known there, and the summary says so', async () => {
    await cluster().linkDown('db10');
    const done = await failover('--dead', 'db10');
    assert.equal(done.code, 10, done.stderr);
    assert.match(
      done.stdout,
      /writer address +192\.168\.10\.155 is on db11; not known of db10, which could not be asked\n/,
    );
    assert.match(
      done.stderr,
      new RegExp(
        String.raw`^ATTENTION: db10 could not be asked whether the writer address ` +
          String.raw`192\.168\.10\.155 is still there: keep ` +
          String.raw`that host off the network`,
        'm',
      ),
    );
    assert.match(
      done.stdout,
      /^\S+ \S+ warning: db10 does not answer SSH: .* was not removed there/m,
      "the hook's own words",
    );
    assert.match(done.stderr, /^LEFT TO DO: db10 does not answer SSH/m);
    assert.doesNotMatch(done.stdout, /\[info\]/);
  });

  test('MHA refuses: its exit code is kept, and the summary says that nothing has moved', async () => {
    const writer = await startWriter(cluster());
    // No sudo on the original master: the hook finds it before it changes anything.
    await cluster().writeFile('db10', { path: '/etc/sudoers.d/mha_helper', content: '', mode: '440' });
    const failed = await failover('--online', '--to', 'db11').finally(() =>
      cluster().writeFile('db10', { path: '/etc/sudoers.d/mha_helper', content: readmeSudoers, mode: '440' }),
    );
    assert.equal(failed.code, 1, failed.stdout);
    assert.match(
      failed.stdout,
      patternOf(
        String.raw`The planned switch FAILED \(MHA exit 1\); it took .*\n {2}master now +db10\n {2}writer `,
        String.raw`address +192\.168\.10\.155 is on db10\n {2}outage +.+ db10 t.+\n {2}db10 +takes `,
        String.raw`writes, is no replica\n {2}db11 +read-only, replicates from db10`,
      ),
    );
    assert.match(failed.stdout, /online stop, db10 -> db11: FAILED in/);
    const [, last = ''] =
      /\nThe last lines of MHA's output; all of it is in (\S+):\n(?: {2}.+\n){12}\nThe planned switch FAILED/.exec(
        failed.stdout,
      ) ?? assert.fail(failed.stdout);
    assert.equal(last, SWITCH_LOG);
    assert.match(failed.stdout, /^ {2}.* \[error\].*/m);
    await assertWhole(cluster(), 'db10', writer);
  });

  test('replication that broke before is told by MHA, and shown at the end', async () => {
    await cluster().sql('db12', 'STOP SLAVE');
    const failed = await failover('--online', '--to', 'db11');
    assert.equal(failed.code, 1, failed.stdout);
    assert.match(failed.stdout, /db12 +read-only, is a replica of db10, but replication does NOT run\n/);
    assert.match(failed.stderr, /^ATTENTION: db12 does not replicate\n/m);
    assert.deepEqual(await cluster().writableServers(), ['db10']);
  });
});
