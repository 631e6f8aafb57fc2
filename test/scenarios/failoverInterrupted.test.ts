import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE, WORK_DIRECTORY } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome, RunningCommand } from '../lab/hostCommand.ts';
import { HOSTS } from '../lab/hosts.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, longStatement, readmeSudoers, switchProcesses } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';
import { testThoroughly } from '../thorough.ts';

const conf = ['-c', APPLICATION_FILE];

describe('mha-helper failover that is interrupted, or pauses the monitor', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
  });

  const failover = (...words: readonly string[]): Promise<CommandOutcome> =>
    cluster().exec('mgr', ['mha-helper', 'failover', ...conf, ...words], { timeoutMs: 150_000 });

  const toDb11 = ['mha-helper', 'failover', ...conf, '--online', '--to', 'db11'];

  /** A switch whose hook waits for a session on the original master, after it has closed it. */
  async function switchInTheMiddle(
    argv: readonly string[],
    graceSeconds = '30',
  ): Promise<{ command: RunningCommand; statement: RunningCommand }> {
    await cluster().configure({ helper: { default: { kill_after_timeout: graceSeconds } } });
    const statement = await longStatement(cluster());
    const command = cluster().spawn('mgr', argv);
    await waitUntil('the hook to wait for sessions', 30_000, () =>
      Promise.resolve(/set read_only=1 on db10: done/.test(command.output())),
    );
    return { command, statement };
  }

  async function nothingIsLeftRunning(): Promise<void> {
    // The process that watches MHA ends a moment after it.
    await waitUntil('nothing to be left running', 10_000, async () => (await switchProcesses(cluster())) === '');
  }

  const undone = /undo: .*: done[^]*interrupted by SIGINT; everything this run had changed was undone/;

  test('Ctrl-C at a terminal: MHA and its hook end, the hook has undone, and the summary says so', async () => {
    const writer = await startWriter(cluster());
    const shell = `exec mha-helper failover ${conf.join(' ')} --online --to db11 --verbose`;
    const { command, statement } = await switchInTheMiddle(['script', '-qec', shell, '/dev/null']);
    await waitUntil('progress on the terminal', 10_000, () =>
      Promise.resolve(
        /Phase 2: Rejecting updates Phase \(\d+ s\)/.test(command.output().split('\r\u001b[K').at(-1) ?? ''),
      ),
    );
    command.process.stdin.write('\u0003');
    assert.equal(await command.ended, 1, command.output());
    const output = command.output().replaceAll('\r\n', '\n');
    assert.match(output, /mha-helper: interrupted: MHA is told to end; waiting for it and for its hook/);
    assert.match(output, undone);
    assert.match(
      output,
      patternOf(
        String.raw`The planned switch FAILED \(MHA exit 1\); it took .*\n {2}master now +db10\n {2}writer `,
        String.raw`address +192\.168\.10\.155 is on db10\n`,
      ),
    );
    assert.match(output, /\(UNDONE\)/);
    await nothingIsLeftRunning();
    await assertWhole(cluster(), 'db10', writer);
    statement.kill('SIGKILL');
  });

  test('SIGTERM does the same', async () => {
    const writer = await startWriter(cluster());
    const { command, statement } = await switchInTheMiddle([...toDb11, '--verbose']);
    command.kill('SIGTERM');
    assert.equal(await command.ended, 1, command.output());
    assert.match(command.output(), /interrupted by SIGINT; everything this run had changed was undone/);
    assert.ok(!command.output().includes('\r'), 'no progress without a terminal');
    await nothingIsLeftRunning();
    await assertWhole(cluster(), 'db10', writer);
    statement.kill('SIGKILL');
  });

  testThoroughly('a terminal that is lost does not end the switch', async () => {
    const writer = await startWriter(cluster());
    const { command } = await switchInTheMiddle([...toDb11, '--verbose'], '3');
    command.kill('SIGHUP');
    assert.equal(await command.ended, 0, command.output());
    await assertWhole(cluster(), 'db11', writer);
  });

  testThoroughly('kill -9 of the command: MHA comes to its end all the same', async () => {
    const writer = await startWriter(cluster());
    const { command } = await switchInTheMiddle([...toDb11, '--verbose'], '3');
    const identity = (
      await cluster().exec('mgr', ['pgrep', '-f', '^(perl|/usr/bin/perl) .*masterha_master_switch'])
    ).stdout.trim();
    command.kill('SIGKILL');
    assert.equal(await command.ended, 137);
    assert.equal((await cluster().exec('mgr', ['kill', '-0', identity])).code, 0, 'MHA goes on');
    await waitUntil(
      'MHA to end',
      60_000,
      async () => (await cluster().exec('mgr', ['kill', '-0', identity])).code !== 0,
    );
    await assertWhole(cluster(), 'db11', writer);
    const [row] = await cluster().sql('db12', 'SHOW SLAVE STATUS');
    assert.equal(row?.['Master_Host'], HOSTS.db11.ipv4);
  });

  test('Ctrl-C while MHA fails over from a dead master: it ends, and the summary tells the truth', async () => {
    await cluster().killMysqld('db10');
    const command = cluster().spawn('mgr', ['mha-helper', 'failover', ...conf, '--dead', 'db10', '--verbose']);
    await waitUntil('the failover to begin', 30_000, () =>
      Promise.resolve(/\* Phase 2: Dead Master Shutdown Phase\.\./.test(command.output())),
    );
    command.kill('SIGINT');
    assert.equal(await command.ended, 1, command.output());
    assert.match(
      command.output(),
      /The failover of db10 FAILED \(MHA exit 1\); .*\n {2}master now +NO server takes writes\n/,
    );
    assert.match(
      command.output(),
      /^ATTENTION: no server takes writes; "mha-helper status" tells whether a hook has left something/m,
    );
    assert.deepEqual(await cluster().writableServers(), []);
    await nothingIsLeftRunning();
    // What MHA has left in the way is told, and the second call makes it good.
    const again = await failover('--dead', 'db10', '--ignore-last-failover');
    assert.equal(again.code, 0, again.stderr);
    await assertWhole(cluster(), 'db11');
  });

  describe('--pause-monitor', () => {
    /** As an operator starts it, and under a name and in a directory of its own. @returns its process id */
    async function startManager(): Promise<string> {
      const started = await cluster().exec('mgr', [
        'sh',
        '-c',
        `cd /etc/mha && PERL5OPT='${MHA_ENVIRONMENT.PERL5OPT}' setsid nohup masterha_manager ` +
          `--conf=test_cluster.conf --ignore_last_failover </dev/null >>${WORK_DIRECTORY}/manager.out 2>&1 &`,
      ]);
      assert.equal(started.code, 0);
      await waitUntil('masterha_manager to monitor', 60_000, async () => (await check()).code === 0);
      return manager();
    }
    async function withoutSudo(host: 'db10' | 'db11', body: () => Promise<CommandOutcome>): Promise<CommandOutcome> {
      const path = '/etc/sudoers.d/mha_helper';
      await cluster().writeFile(host, { path, content: '', mode: '440' });
      return body().finally(() => cluster().writeFile(host, { path, content: readmeSudoers, mode: '440' }));
    }
    const check = (): Promise<CommandOutcome> =>
      cluster().exec('mgr', ['masterha_check_status', `--conf=${APPLICATION_FILE}`]);
    const manager = async (): Promise<string> => /pid:(\d+)/.exec((await check()).stdout)?.[1] ?? '';
    const how = async (pid: string): Promise<string> =>
      (
        await cluster().exec('mgr', [
          'sh',
          '-c',
          `tr '\\0' ' ' </proc/${pid}/cmdline; readlink /proc/${pid}/cwd /proc/${pid}/fd/1`,
        ])
      ).stdout;

    test('the manager stops, the switch is made, the manager starts as it was started', async () => {
      const earlier = await startManager();
      const howEarlier = await how(earlier);
      assert.match(
        howEarlier,
        patternOf(
          String.raw`masterha_manager --conf=test_cluster\.conf --ignore_last_failover `,
          String.raw`\/etc\/mha\n\/var\/log\/mha\/test_cluster\/manager\.out\n$`,
        ),
      );
      const done = await failover('--online', '--to', 'db11', '--pause-monitor');
      assert.equal(done.code, 0, done.stdout + done.stderr);
      assert.equal(done.stderr, '');
      assert.match(
        done.stdout,
        patternOf(
          String.raw`masterha_manager is stopped until the switch is over\n[^]*master now +db11\n[^]*masterha_manager `,
          String.raw`monitors the cluster again\n$`,
        ),
      );
      assert.match((await check()).stdout, /PING_OK\), master:db11/);
      const later = await manager();
      assert.notEqual(later, earlier);
      assert.equal(await how(later), howEarlier);
    });

    testThoroughly('it starts again after a switch that failed', async () => {
      await startManager();
      const failed = await withoutSudo('db11', () => failover('--online', '--to', 'db11', '--pause-monitor'));
      assert.equal(failed.code, 1, failed.stdout);
      assert.match(failed.stdout, /FAILED \(MHA exit 1\)[^]*masterha_manager monitors the cluster again\n$/);
      assert.match((await check()).stdout, /PING_OK\), master:db10/);
      await assertWhole(cluster(), 'db10');
    });

    testThoroughly("it starts again, but cannot monitor: that is said, and MHA's exit code is kept", async () => {
      await startManager();
      // The manager's own check of the master's host needs sudo too.
      const failed = await withoutSudo('db10', () => failover('--online', '--to', 'db11', '--pause-monitor'));
      assert.equal(failed.code, 1, failed.stdout);
      assert.match(
        failed.stderr,
        new RegExp(
          String.raw`^ATTENTION: the cluster is NOT monitored: masterha_manager ` +
            String.raw`was started again, but it has ended at ` +
            String.raw`once; see \/var\/log\/mha\/test_cluster\/test_cluster\.log\. It was started with: cd `,
          'm',
        ),
      );
    });

    testThoroughly('it starts again after Ctrl-C', async () => {
      await startManager();
      const command = cluster().spawn('mgr', [
        'mha-helper',
        'failover',
        ...conf,
        '--online',
        '--to',
        'db11',
        '--pause-monitor',
      ]);
      await waitUntil('the manager to be stopped', 30_000, () =>
        Promise.resolve(/is stopped until the switch is over/.test(command.output())),
      );
      command.kill('SIGINT');
      // 130: before MHA had a handler for it.
      assert.ok([1, 130].includes(await command.ended), command.output());
      assert.match(command.output(), /masterha_manager monitors the cluster again\n$/);
      assert.equal((await check()).code, 0);
      await assertWhole(cluster(), 'db10');
    });

    testThoroughly('after a failover it is not started where it could only end again, and that is said', async () => {
      await cluster().configure({ application: { 'server default': { ping_interval: '60' } } });
      await startManager();
      await cluster().killMysqld('db10');
      const done = await failover('--dead', 'db10', '--pause-monitor');
      assert.equal(done.code, 0, done.stdout + done.stderr);
      assert.match(
        done.stderr,
        new RegExp(
          String.raw`^ATTENTION: the cluster is NOT monitored: masterha_manager ` +
            String.raw`was not started again, because it would ` +
            String.raw`end at once while db10 does not answer\. Bring it back, .* then run: cd \/etc\/mha && nohup ` +
            String.raw`\/usr\/bin\/perl \/usr\/bin\/masterha_manager ` +
            String.raw`--conf=test_cluster\.conf --ignore_last_failover ` +
            String.raw`<\/dev\/null >>\/var\/log\/mha\/test_cluster\/manager\.out 2>&1 &$`,
          'm',
        ),
      );
      assert.equal((await check()).code, 2);
      await assertWhole(cluster(), 'db11');
    });

    testThoroughly('a manager that something starts again at once is refused', async () => {
      const loop = cluster().spawn('mgr', [
        'sh',
        '-c',
        `while :; do mha-helper mha masterha_manager --conf=${APPLICATION_FILE}; done`,
      ]);
      await waitUntil('masterha_manager to monitor', 60_000, async () => (await check()).code === 0);
      const outcome = await failover('--online', '--to', 'db11', '--pause-monitor');
      loop.kill('SIGTERM');
      assert.equal(outcome.code, 9, outcome.stdout);
      assert.match(
        outcome.stderr,
        /^mha-helper: masterha_manager was started again as soon as it had been stopped -- if something supervises it/,
      );
      assert.doesNotMatch(outcome.stdout, /MHA::MasterRotate/);
      await assertWhole(cluster(), 'db10');
    });

    testThoroughly('nobody monitors: there is nothing to pause', async () => {
      const done = await failover('--online', '--pause-monitor');
      assert.equal(done.code, 0, done.stderr);
      assert.match(done.stdout, /masterha_manager is not running here, so there is nothing to pause\n/);
      assert.equal((await check()).code, 2);
    });
  });
});
