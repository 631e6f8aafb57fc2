// Faults that once made two writable masters, or threw acknowledged writes away, or left nobody who takes writes.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { startWriter } from '../lab/writer.ts';
import { assertWhole, hardHook, managerLog, masterSwitch, onlineHook } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';

const undo = ['mha-helper', 'undo', '-c', APPLICATION_FILE];

/** Stands for the hook, and ends MHA at once when it is called with that command, before or after the hook's work. */
function killer(hook: string, command: string, when: 'before' | 'after'): string {
  const end = 'kill -9 $(cat /proc/$PPID/stat 2>/dev/null | cut -d" " -f4) $PPID 2>/dev/null; exit 1';
  const kill = 'for p in $(pgrep -x perl) $(pgrep -f "^[^ ]*perl .*masterha_"); do kill -9 "$p"; done';
  const work = `/usr/bin/${hook} "$@" || exit $?`;
  const act = when === 'before' ? `${kill}; ${end}` : `${work}; ${kill}; ${end}`;
  return `#!/bin/sh\ncase " $* " in *" --command=${command} "*) ${act} ;; esac\nexec /usr/bin/${hook} "$@"\n`;
}

describe('never two masters, and never none for long', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
  });

  async function wrapped(option: string, hook: string, command: string, when: 'before' | 'after'): Promise<void> {
    const content = killer(hook, command, when);
    await cluster().writeFile('mgr', { path: '/usr/local/bin/killing-hook', content, mode: '755' });
    await cluster().configure({ application: { 'server default': { [option]: '/usr/local/bin/killing-hook' } } });
  }

  test('MHA is killed between stop and start: the writer is given back by itself', async () => {
    const writer = await startWriter(cluster());
    await wrapped('master_ip_online_change_script', 'master_ip_online_failover_helper', 'start', 'before');
    const switched = await masterSwitch(cluster(), 'db11');
    assert.notEqual(switched.code, 0);
    await waitUntil('the writer on db10', 30_000, async () => {
      const [writable, holders] = [await cluster().writableServers(), await cluster().vipHolders()];
      return writable.join() === 'db10' && holders.join() === 'db10';
    });
    await assertWhole(cluster(), 'db10', writer);
  });

  test('the same under mha-helper failover, which says so', async () => {
    const writer = await startWriter(cluster());
    await wrapped('master_ip_online_change_script', 'master_ip_online_failover_helper', 'start', 'before');
    const switched = await cluster().exec(
      'mgr',
      ['mha-helper', 'failover', '--online', '--to', 'db11', '-c', APPLICATION_FILE],
      { timeoutMs: 90_000 },
    );
    assert.notEqual(switched.code, 0);
    assert.match(switched.stderr, /the writer was given back to db10/);
    await assertWhole(cluster(), 'db10', writer);
  });

  test('MHA is killed right after start: a second failover of the same master is refused', async () => {
    const writer = await startWriter(cluster());
    await wrapped('master_ip_failover_script', 'master_ip_hard_failover_helper', 'start', 'after');
    await cluster().killMysqld('db10');
    const failover = (): Promise<{ code: number; stdout: string }> =>
      cluster().exec(
        'mgr',
        [
          'sh',
          '-c',
          '"$@" 2>&1',
          'sh',
          'masterha_master_switch',
          '--master_state=dead',
          '--interactive=0',
          '--ignore_last_failover',
          '--dead_master_host=db10',
          '--dead_master_ip=192.168.10.10',
          '--dead_master_port=3306',
          `--conf=${APPLICATION_FILE}`,
        ],
        { timeoutMs: 90_000, env: MHA_ENVIRONMENT },
      );
    await failover();
    assert.deepEqual(await cluster().writableServers(), ['db11']);
    await writer.progress(20);
    const again = await failover();
    assert.notEqual(again.code, 0);
    const said = `${again.stdout}\n${await managerLog(cluster())}`;
    assert.match(said, /db10 was failed over to db11 already .* and db11 takes writes: a second failover would lose/);
    assert.match(said, /point db12 at db11 from mysql-bin\.\d+:\d+/);
    await assertWhole(cluster(), 'db11', writer);
  });

  test('undo looks at everything first: it refuses beside a third master', async () => {
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    await cluster().sql('db12', 'SET GLOBAL read_only=0');
    const undone = await cluster().exec('mgr', undo);
    assert.equal(undone.code, 9, undone.stderr);
    assert.match(undone.stderr, /db12 takes writes: .* would make two masters; nothing was undone/);
    assert.deepEqual(await cluster().writableServers(), ['db12']);
    assert.deepEqual(await cluster().vipHolders(), []);
    await cluster().sql('db12', 'SET GLOBAL read_only=1');
    assert.equal((await cluster().exec('mgr', undo)).code, 0);
    await assertWhole(cluster(), 'db10');
  });

  test('undo does not throw away what was written on the new master', async () => {
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    // As a start that was killed after it had opened db11.
    await cluster().sql('db11', 'SET GLOBAL read_only=0');
    await cluster().sql('db11', 'CREATE TABLE app.only_here (n INT)');
    const undone = await cluster().exec('mgr', undo);
    assert.equal(undone.code, 9, undone.stderr);
    assert.match(
      undone.stderr,
      /db11 takes writes: .*; nothing was undone -- finish the switch instead: "mha-helper vip/,
    );
    assert.deepEqual(await cluster().writableServers(), ['db11']);
  });

  test('undo goes by what the run was told, not by the configuration of today', async () => {
    assert.equal((await onlineHook(cluster(), 'stop')).code, 0);
    const change = (from: string, to: string) =>
      cluster().exec('mgr', ['sed', '-i', `s/${from}/${to}/`, '/etc/mha-helper/test_cluster.conf']);
    await change('10.155', '10.156');
    const undone = await cluster().exec('mgr', undo);
    assert.equal(undone.code, 0, undone.stderr);
    const told = /was 192\.168\.10\.155\/24 .*; going by what that run was told/;
    assert.match(undone.stderr, told, undone.stdout);
    await change('10.156', '10.155');
    await assertWhole(cluster(), 'db10');
  });

  test('the manager is cut off from a living master: no failover, with either line of sudoers', async () => {
    const writer = await startWriter(cluster());
    for (const content of [undefined, 'mha_helper ALL=NOPASSWD: /sbin/ip, /sbin/arping\n']) {
      if (content !== undefined) {
        await cluster().writeFile('db11', { path: '/etc/sudoers.d/mha_helper', content, mode: '440' });
      }
      await cluster().exec('mgr', ['ip', 'route', 'add', 'blackhole', '192.168.10.10/32']);
      try {
        const stopped = await hardHook(cluster(), 'stop');
        assert.equal(stopped.code, 10, stopped.stderr);
        const started = await hardHook(cluster(), 'start');
        assert.equal(started.code, 9, started.stderr);
        assert.match(started.stderr, /db10 does not answer this manager, but .* answers for the writer address/);
      } finally {
        await cluster().exec('mgr', ['ip', 'route', 'del', 'blackhole', '192.168.10.10/32']);
      }
    }
    await assertWhole(cluster(), 'db10', writer);
  });

  test('a third host that has the address stops a planned switch before anything is changed', async () => {
    await cluster().exec('app', ['ip', 'addr', 'add', '192.168.10.155/32', 'dev', 'eth0']);
    const device = (
      await cluster().exec('app', ['sh', '-c', 'ip -o link | grep -o "eth[0-9]*" | head -1'])
    ).stdout.trim();
    await cluster().exec('app', ['ip', 'addr', 'add', '192.168.10.155/32', 'dev', device]);
    try {
      const stopped = await onlineHook(cluster(), 'stop');
      assert.equal(stopped.code, 9, stopped.stderr);
      assert.match(stopped.stderr, /which is not db10, answers for the writer address .*; nothing has been changed/);
    } finally {
      await cluster().exec('app', ['ip', 'addr', 'del', '192.168.10.155/32', 'dev', device]);
    }
    await assertWhole(cluster(), 'db10');
  });

  test('a backup holds the lock of the candidate: seen before the address is taken', async () => {
    const backup = cluster().spawn('db11', ['mariadb', '-e', 'FLUSH TABLES WITH READ LOCK; SELECT SLEEP(30)']);
    await waitUntil('the lock', 10_000, async () => {
      const rows = await cluster().sql(
        'db11',
        "SELECT 1 FROM information_schema.processlist WHERE info LIKE '%SLEEP(30)'",
      );
      return rows.length > 0;
    });
    const stopped = await onlineHook(cluster(), 'stop');
    backup.kill('SIGKILL');
    assert.equal(stopped.code, 9, stopped.stderr);
    assert.match(stopped.stderr, /db11 cannot become the master now: .*global read lock.*; nothing has been changed/);
    await assertWhole(cluster(), 'db10');
  });

  test('events move with the master, and back', async () => {
    const count = async (host: 'db10' | 'db11'): Promise<number> =>
      Number((await cluster().sql(host, 'SELECT COUNT(*) AS n FROM app.ticks'))[0]?.['n']);
    await cluster().sql(
      'db10',
      'SET GLOBAL event_scheduler=ON',
      'CREATE TABLE app.ticks (n INT AUTO_INCREMENT PRIMARY KEY)',
    );
    await cluster().sql(
      'db10',
      'CREATE EVENT app.tick ON SCHEDULE EVERY 1 SECOND DO INSERT INTO app.ticks VALUES (NULL)',
    );
    const switched = await masterSwitch(cluster(), 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.match(switched.stdout, /stop the events of db10: done, app\.tick/);
    assert.match(switched.stdout, /start the events of the old master on db11: done, app\.tick/);
    const before = await count('db11');
    await waitUntil('the event to run on db11', 10_000, async () => (await count('db11')) > before + 1);
    await waitUntil('db10 to have what db11 has', 10_000, async () => (await count('db10')) >= before + 1);
    const [row] = await cluster().sql(
      'db10',
      "SELECT STATUS AS s FROM information_schema.EVENTS WHERE EVENT_NAME='tick'",
    );
    assert.equal(row?.['s'], 'SLAVESIDE_DISABLED');
    await cluster().sql('db11', 'DROP EVENT app.tick', 'SET GLOBAL event_scheduler=OFF');
  });

  test("the host's own address stays where the writer address was there first", async () => {
    const script = [
      'ip addr del 192.168.10.10/24 dev eth10; ip addr del 192.168.10.155/24 dev eth10',
      'ip addr add 192.168.10.155/24 dev eth10 && ip addr add 192.168.10.10/24 dev eth10',
      'sysctl -qw net.ipv4.conf.all.promote_secondaries=0 net.ipv4.conf.eth10.promote_secondaries=0',
    ].join('; ');
    await cluster().exec('db10', ['sh', '-c', script]);
    const switched = await masterSwitch(cluster(), 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    const { stdout } = await cluster().exec('db10', ['ip', '-4', '-o', 'addr', 'show', 'dev', 'eth10']);
    assert.match(stdout, / 192\.168\.10\.10\/24 /);
    assert.doesNotMatch(stdout, /192\.168\.10\.155|\/32/);
    await assertWhole(cluster(), 'db11');
  });

  test('all connections of the new master are taken: start waits until one is free', async () => {
    await cluster().killMysqld('db10');
    assert.equal((await hardHook(cluster(), 'stopssh')).code, 0);
    await cluster().sql('db11', 'SET GLOBAL max_connections=10');
    // The reserved connection too, by accounts that may use it.
    const idle = Array.from({ length: 11 }, () =>
      cluster().spawn('db11', ['mariadb', '-uroot', '-e', 'SELECT SLEEP(8)']),
    );
    const started = await hardHook(cluster(), 'start');
    for (const one of idle) await one.ended;
    assert.equal(started.code, 0, started.stderr);
    await assertWhole(cluster(), 'db11');
    await cluster().sql('db11', 'SET GLOBAL max_connections=151');
  });
});
