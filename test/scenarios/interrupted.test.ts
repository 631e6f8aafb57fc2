import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { RunningCommand } from '../lab/hostCommand.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import {
  assertWhole,
  hardHook,
  helperProcesses,
  longStatement,
  onlineArguments,
  onlineHook,
  readmeSudoers,
} from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';
import { testThoroughly } from '../thorough.ts';

describe('a hook that is interrupted, killed, or cannot go on', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
  });

  /** `online stop`, held up by a statement that runs for long, after it has closed the original master. */
  async function stopInTheMiddle(
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ hook: RunningCommand; statement: RunningCommand }> {
    const statement = await longStatement(cluster());
    await cluster().configure({ helper: { default: { kill_after_timeout: '30', ...more } } });
    // exec: the signal must reach the hook, not a shell.
    const hook = cluster().spawn('mgr', ['master_ip_online_failover_helper', ...onlineArguments('stop')]);
    await waitUntil('the hook to wait for sessions', 20_000, () =>
      Promise.resolve(/set read_only=1 on db10: done/.test(hook.output())),
    );
    assert.deepEqual(await cluster().vipHolders(), []);
    assert.deepEqual(await cluster().frozenHosts(), ['db10']);
    return { hook, statement };
  }

  async function pidOfHook(): Promise<string> {
    return (
      (await cluster().exec('mgr', ['pgrep', '-f', '^mha-helper online-failover'])).stdout.trim().split('\n')[0] ?? ''
    );
  }

  for (const signal of ['TERM', 'INT', 'HUP'] as const) {
    testThoroughly(
      `SIG${signal} undoes everything`,
      async () => {
        const writer = await startWriter(cluster());
        const { hook, statement } = await stopInTheMiddle();
        await cluster().exec('mgr', ['kill', `-${signal}`, await pidOfHook()]);
        assert.equal(await hook.ended, 8, hook.output());
        assert.match(
          hook.output(),
          new RegExp(`interrupted by SIG${signal}; everything this run had changed was undone`),
        );
        await assertWhole(cluster(), 'db10', writer);
        statement.kill('SIGKILL');
      },
      { isOne: signal === 'TERM' },
    );
  }

  test('after kill -9 the same call finishes it', async () => {
    const { hook, statement } = await stopInTheMiddle();
    await cluster().exec('mgr', ['kill', '-9', await pidOfHook()]);
    assert.equal(await hook.ended, 137);
    const status = await cluster().exec('mgr', ['mha-helper', 'status']);
    assert.match(status.stdout, /mha-helper undo undoes:\n/);
    assert.match(
      status.stdout,
      patternOf(
        String.raw`cluster test_cluster\n {2}last run: online stop of db10 -> db11, \S+, pid \d+: KILLED\n`,
        String.raw` {4}done {3}release the writer address 192\.168\.10\.155 on db10\n {4}done {3}set `,
        String.raw`read_only=1 on db10\n`,
      ),
    );
    statement.kill('SIGKILL');
    const again = await onlineHook(cluster(), 'stop');
    assert.equal(again.code, 0, again.stderr);
    assert.match(
      again.stderr,
      patternOf(
        String.raw`an earlier "online stop" of db10 .* was killed after it had begun: .*; this run finishes it, or `,
        String.raw`undoes it when it fails`,
      ),
    );
    assert.equal((await onlineHook(cluster(), 'start')).code, 0);
    await assertWhole(cluster(), 'db11');
  });

  testThoroughly('after kill -9 the same call that fails undoes what the killed one had changed', async () => {
    const { hook, statement } = await stopInTheMiddle();
    await cluster().exec('mgr', ['kill', '-9', await pidOfHook()]);
    await hook.ended;
    await cluster().sql('db10', "CREATE USER heartbeat@'%' IDENTIFIED BY 'beat'", "GRANT ALL ON *.* TO heartbeat@'%'");
    const heartbeat = await startWriter(cluster(), { host: '192.168.10.10', user: 'heartbeat', password: 'beat' });
    statement.kill('SIGKILL');
    const again = await onlineHook(cluster(), 'stop');
    await heartbeat.stop();
    assert.equal(again.code, 9, again.stderr);
    await assertWhole(cluster(), 'db10');
  });

  test('after kill -9 an operator takes it back with mha-helper undo', async () => {
    const writer = await startWriter(cluster());
    const { hook, statement } = await stopInTheMiddle();
    await cluster().exec('mgr', ['kill', '-9', await pidOfHook()]);
    await hook.ended;
    await waitUntil(
      'the process with the connections to end',
      2_000,
      async () => (await helperProcesses(cluster())) === '',
    );
    const undone = await cluster().exec('mgr', ['mha-helper', 'undo', '--conf', APPLICATION_FILE]);
    assert.equal(undone.code, 0, undone.stderr);
    await assertWhole(cluster(), 'db10', writer);
    statement.kill('SIGKILL');
    const again = await cluster().exec('mgr', ['mha-helper', 'undo', '--conf', APPLICATION_FILE]);
    assert.equal(again.code, 0);
    assert.match(again.stdout, /there is nothing to undo/);
  });

  testThoroughly('a stop whose start never comes is taken back with mha-helper undo', async () => {
    const writer = await startWriter(cluster());
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    const undone = await cluster().exec('mgr', ['mha-helper', 'undo', '--conf', APPLICATION_FILE]);
    assert.equal(undone.code, 0, undone.stderr);
    await assertWhole(cluster(), 'db10', writer);
  });

  test('a hook is refused while another one is at work', async () => {
    const { hook, statement } = await stopInTheMiddle();
    const second = await onlineHook(cluster(), 'stop');
    assert.equal(second.code, 9, second.stderr);
    assert.match(second.stderr, /another run of cluster test_cluster is at work: "online stop" of db10, pid \d+/);
    statement.kill('SIGKILL');
    assert.equal(await hook.ended, 0, hook.output());
  });

  test('writes after the stop: the start is refused and the writer given back', async () => {
    await cluster().sql('db10', 'CREATE TABLE app.late (n INT)');
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    await cluster().sql('db10', 'INSERT INTO app.late VALUES (1)');
    const started = await onlineHook(cluster(), 'start');
    assert.equal(started.code, 9, started.stderr);
    assert.match(
      started.stderr,
      patternOf(
        String.raw`db10 was written to after "online stop" had seen its binary `,
        String.raw`log come to rest .*; the writer was given `,
        String.raw`back to db10`,
      ),
    );
    await assertWhole(cluster(), 'db10');
  });

  test('a server that freezes half-way is undone over a new connection once it answers', async () => {
    const { hook, statement } = await stopInTheMiddle({ step_timeout: '2' });
    cluster().freezeMysqld('db10');
    await waitUntil('the step to fail', 20_000, () => Promise.resolve(/FAILED/.test(hook.output())));
    cluster().thawMysqld('db10');
    assert.equal(await hook.ended, 7, hook.output());
    assert.match(hook.output(), /everything this run had changed was undone/);
    statement.kill('SIGKILL');
    await assertWhole(cluster(), 'db10');
  });

  test('undo refuses while the new master takes writes', async () => {
    const { hook, statement } = await stopInTheMiddle();
    await cluster().exec('mgr', ['kill', '-9', await pidOfHook()]);
    await hook.ended;
    statement.kill('SIGKILL');
    await cluster().sql('db11', 'SET GLOBAL read_only=0');
    const undone = await cluster().exec('mgr', ['mha-helper', 'undo', '--conf', APPLICATION_FILE]);
    assert.equal(undone.code, 9);
    assert.match(
      undone.stderr,
      /^mha-helper: db11 takes writes: giving the writer back to db10 would make two masters; nothing was undone -- /m,
    );
    assert.deepEqual(await cluster().writableServers(), ['db11']);
  });

  testThoroughly('a start that cannot open the new master gives the writer back', async () => {
    const writer = await startWriter(cluster());
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    assert.deepEqual(await cluster().writableServers(), []);
    await cluster().killMysqld('db11');
    const started = await onlineHook(cluster(), 'start');
    assert.equal(started.code, 4, started.stderr);
    assert.match(
      started.stderr,
      /^mha-helper: db11: cannot connect to MySQL at .*ECONNREFUSED.*; the writer was given back to db10 -- /m,
    );
    await assertWhole(cluster(), 'db10', writer);
  });

  testThoroughly('a start without the process that has the connections ready connects by itself', async () => {
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    assert.match(await helperProcesses(cluster()), /hold-ready/);
    assert.equal((await cluster().exec('mgr', ['pkill', '-9', '-f', '^mha-helper hold-ready'])).code, 0);
    const started = await onlineHook(cluster(), 'start');
    assert.equal(started.code, 0, started.stderr);
    await assertWhole(cluster(), 'db11');
  });

  test('only the user of MHA can reach the connections that are ready', async () => {
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    const { stdout } = await cluster().exec('mgr', [
      'sh',
      '-c',
      'stat -c "%a %U %F" /var/lib/mha-helper /var/lib/mha-helper/ready-*',
    ]);
    assert.equal(stdout, '750 root directory\n600 root socket\n');
    assert.equal((await onlineHook(cluster(), 'start')).code, 0);
    const left = await cluster().exec('mgr', ['sh', '-c', 'ls /var/lib/mha-helper']);
    assert.equal(left.stdout, 'test_cluster.journal\ntest_cluster.run-lock\n');
  });

  test('a start while the original master is writable again is refused', async () => {
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    await cluster().sql('db10', 'SET GLOBAL read_only=0');
    const started = await onlineHook(cluster(), 'start');
    assert.equal(started.code, 9, started.stderr);
    assert.match(started.stderr, /db10 is writable \(read_only=0\): db11 must not take writes too/);
    assert.deepEqual(await cluster().writableServers(), ['db10']);
  });

  test('a start that opens the new master but cannot assign the address gives the writer back', async () => {
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    await cluster().writeFile('db11', { path: '/etc/sudoers.d/mha_helper', content: '', mode: '440' });
    const started = await onlineHook(cluster(), 'start');
    await cluster().writeFile('db11', { path: '/etc/sudoers.d/mha_helper', content: readmeSudoers, mode: '440' });
    assert.equal(started.code, 6, started.stderr);
    assert.match(
      started.stderr,
      patternOf(
        String.raw`db11: the writer address 192\.168\.10\.155 could not be added: sudo: .*; everything this run had `,
        String.raw`changed was undone; the writer was given back to db10 -- let the SSH user run .* with sudo and no `,
        String.raw`password`,
      ),
    );
    assert.deepEqual(await cluster().writableServers(), ['db10']);
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
  });

  testThoroughly('the same calls again succeed and change nothing', async () => {
    for (let round = 0; round < 2; round += 1) assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    for (let round = 0; round < 2; round += 1) {
      const started = await onlineHook(cluster(), 'start');
      assert.equal(started.code, 0, started.stderr);
    }
    await assertWhole(cluster(), 'db11');
  });

  test('a planned switch that cannot be recorded is refused; a failover goes on', async () => {
    await cluster().exec('mgr', ['sh', '-c', 'rm -rf /var/lib/mha-helper && touch /var/lib/mha-helper']);
    try {
      const stopped = await onlineHook(cluster(), 'stop');
      assert.equal(stopped.code, 9, stopped.stderr);
      assert.match(stopped.stderr, /\/var\/lib\/mha-helper\/test_cluster\..*; nothing has been changed -- /);
      assert.deepEqual(await cluster().writableServers(), ['db10']);
      assert.deepEqual(await cluster().vipHolders(), ['db10']);
      const dead = await hardHook(cluster(), 'stopssh');
      assert.equal(dead.code, 0, dead.stderr);
      assert.match(dead.stderr, /warning: \/var\/lib\/mha-helper\/test_cluster\.journal: cannot be written/);
    } finally {
      await cluster().exec('mgr', ['rm', '-f', '/var/lib/mha-helper']);
    }
  });

  test('a torn last line of the journal costs that line alone', async () => {
    const path = '/var/lib/mha-helper/test_cluster.journal';
    const torn = `printf '%s' '{"kind":"end","run":"2026' >>${path}`;
    await cluster().exec('mgr', ['sh', '-c', `mkdir -p /var/lib/mha-helper && ${torn}`]);
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    const undone = await cluster().exec('mgr', ['mha-helper', 'undo', '--conf', APPLICATION_FILE]);
    assert.equal(undone.code, 0, undone.stderr);
    assert.doesNotMatch(undone.stdout, /nothing to undo/);
    await assertWhole(cluster(), 'db10');
  });
});
