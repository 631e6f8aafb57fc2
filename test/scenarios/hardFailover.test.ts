import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { mimeParts } from '../lab/mime.ts';
import { WRITER_CIDR } from '../lab/hosts.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import {
  assertWhole,
  clusterLab,
  hardHook,
  managerEnd,
  managerLog,
  quickManager,
  semiSynchronous,
  startManager,
} from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';

describe('hard failover through real MHA', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
    await cluster().configure(quickManager);
  });

  test('mysqld is killed, its host lives: stopssh, start, and the mail', async () => {
    const manager = await startManager(cluster());
    const writer = await startWriter(cluster());
    await cluster().killMysqld('db10');
    assert.equal(await managerEnd(manager), 0, await managerLog(cluster()));
    await assertWhole(cluster(), 'db11', writer);
    const log = await managerLog(cluster());
    assert.match(log, /hard status: db10, cluster test_cluster, writer address 192\.168\.10\.155/);
    assert.match(log, /1\/1 release the writer address 192\.168\.10\.155 on db10: done/);
    assert.match(log, /1\/4 set read_only=0 on db11: done/);
    assert.match(log, /2\/4 assign the writer address 192\.168\.10\.155 to db11: done/);
    assert.doesNotMatch(log, /LEFT TO DO|return code|mha-helper: /);
    const [mail, ...others] = await cluster().mails();
    assert.equal(others.length, 0);
    assert.match(mail?.headers['subject'] ?? '', /MySQL Master failover db10.* to db11.* succeeded/);
    assert.equal(mail?.headers['to'], 'me@ovaistariq.net');
    const [text] = mimeParts(mail?.raw ?? '').leaves;
    assert.match(text?.text ?? '', /New master: +db11/);
    assert.match(text?.text ?? '', /Invalidated master IP address on db10/);
  });

  test('the host is gone: stop goes on with 10 and says what is left to do', async () => {
    await semiSynchronous(cluster(), 'db10');
    const generalLog = '/var/log/mysql/general.log';
    const logged = [`SET GLOBAL general_log_file='${generalLog}'`, 'SET GLOBAL general_log=1'];
    await cluster().sql('db11', 'SET GLOBAL rpl_semi_sync_slave_kill_conn_timeout=4', ...logged);
    const manager = await startManager(cluster());
    const writer = await startWriter(cluster());
    await writer.progress(20);
    await cluster().linkDown('db10');
    assert.equal(await managerEnd(manager, 120_000), 0, await managerLog(cluster()));
    await writer.progress(20);
    await writer.stop();
    assert.equal(await lostWrites(cluster(), 'db11', writer), 0);
    // db10 is cut off, so it still has what it had; nobody else sees it.
    assert.deepEqual(
      (await cluster().vipHolders()).filter((host) => host !== 'db10'),
      ['db11'],
    );
    assert.deepEqual(
      (await cluster().writableServers()).filter((host) => host !== 'db10'),
      ['db11'],
    );
    const log = await managerLog(cluster());
    assert.match(
      log,
      patternOf(
        String.raw`LEFT TO DO: db10 does not answer SSH, so the writer address `,
        String.raw`192\.168\.10\.155 was not removed there: `,
        String.raw`.*"ip addr del 192\.168\.10\.155\/24 dev eth10"`,
      ),
    );
    assert.match(log, /Failed to deactivate master IP with return code 10:0/);
    assert.doesNotMatch(log, /Invalidated master IP/);
    assert.match(log, /Executing SSH check script[^]*Got timeout on MySQL Ping\(SELECT\): no answer within 1 s/);
    await cluster().sql('db11', 'SET GLOBAL general_log=0');
    const limits = (await cluster().readFile('db11', generalLog)).matchAll(/SET GLOBAL \S+kill_conn_timeout = (\d+)/g);
    assert.deepEqual([...limits].map(([, seconds]) => seconds).slice(0, 2), ['1', '4']);
    const mails = await cluster().mails();
    assert.equal(mails.length, 1);
    const [text] = mimeParts(mails[0]?.raw ?? '').leaves;
    assert.match(
      text?.text ?? '',
      /^LEFT TO DO: db10 does not answer SSH, so the writer address 192\.168\.10\.155 was not removed there: /,
    );
    assert.match(
      text?.text ?? '',
      new RegExp(
        String.raw`^LEFT TO DO: MHA has not reached the dead master by SSH: its ` +
          String.raw`last writes, if no replica has received ` +
          String.raw`them, are missing on the new master$`,
        'm',
      ),
    );
    assert.match(
      text?.text ?? '',
      /Writer address now: +192\.168\.10\.155 is on db11; could not be found out for db10\n/,
    );
    assert.match(
      text?.text ?? '',
      /db10 +writer address: not known: .*within 3 s.*; takes writes: not known: .*no answer within 3 s/,
    );
  });

  test('unreachable_master = abort stops the failover; never two masters, and the mail says so', async () => {
    await cluster().configure({ ...quickManager, helper: { default: { unreachable_master: 'abort' } } });
    const manager = await startManager(cluster());
    await cluster().linkDown('db10');
    assert.notEqual(await managerEnd(manager, 120_000), 0);
    assert.match(
      await managerLog(cluster()),
      patternOf(
        String.raw`mha-helper: db10 does not answer SSH, so the writer address 192\.168\.10\.155 could not be removed `,
        String.raw`there, and unreachable_master = abort`,
      ),
    );
    assert.deepEqual(await cluster().writableServers(), ['db10']);
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
    const [mail] = await cluster().mails();
    const [text] = mimeParts(mail?.raw ?? '').leaves;
    assert.match(
      text?.text ?? '',
      patternOf(
        String.raw`^FAILED: the failover did not succeed, there is no new master: `,
        String.raw`.*\nFAILED: Dead master, its host does `,
        String.raw`not answer \(stop\): db10: .*unreachable_master = abort`,
      ),
    );
    assert.match(text?.text ?? '', /New master: +none: the failover did not succeed/);
  });

  test('unreachable_master = fence runs the command first', async () => {
    await cluster().configure({
      ...quickManager,
      helper: {
        default: {
          unreachable_master: 'fence',
          fence_command: 'echo "$MHA_HELPER_HOST $MHA_HELPER_IP off" | tee /tmp/fenced',
        },
      },
    });
    await cluster().linkDown('db10');
    const fenced = await hardHook(cluster(), 'stop');
    assert.equal(fenced.code, 0, fenced.stderr);
    assert.match(fenced.stdout, /fence db10: done, db10 192\.168\.10\.10 off/);
    await cluster().configure({
      ...quickManager,
      helper: {
        default: { unreachable_master: 'fence', fence_command: 'echo "no answer from the power switch" >&2; exit 3' },
      },
    });
    const failed = await hardHook(cluster(), 'stop');
    assert.equal(failed.code, 9);
    assert.match(
      failed.stderr,
      new RegExp(
        String.raw`^mha-helper: could not fence db10: fence_command failed for db10 \(exit 3\): no ` +
          String.raw`answer from the power switch; the host may ` +
          String.raw`still be running; .* -- `,
        'm',
      ),
    );
  });

  test('a dead master that something starts again is made read-only before the new one takes writes', async () => {
    await cluster().killMysqld('db10');
    assert.equal((await hardHook(cluster(), 'stopssh')).code, 0);
    await cluster().startMysqld('db10', '--read-only=0');
    const started = await hardHook(cluster(), 'start');
    assert.equal(started.code, 10, started.stderr);
    assert.match(
      started.stderr,
      patternOf(
        String.raw`LEFT TO DO: db10 was alive again and took writes until .*; it `,
        String.raw`is read-only now and stays so\. Before `,
        String.raw`you make it a replica, .* that db11 lacks`,
      ),
    );
    await assertWhole(cluster(), 'db11');
  });

  test('a dead master that is alive and cannot be made read-only: abort, the new one stays closed', async () => {
    assert.equal((await hardHook(cluster(), 'stopssh')).code, 0);
    await cluster().sql('db10', 'SET sql_log_bin=0', "ALTER USER mha_helper@'%' IDENTIFIED BY 'another'");
    const started = await hardHook(cluster(), 'start');
    assert.equal(started.code, 9);
    assert.match(
      started.stderr,
      new RegExp(
        String.raw`^mha-helper: db10, which MHA took for dead, is alive, and could not be made read-only .*Access ` +
          String.raw`denied.*: there would be two writable masters`,
        'm',
      ),
    );
    assert.deepEqual(await cluster().writableServers(), ['db10']);
    assert.deepEqual(await cluster().vipHolders(), []);
  });

  test('the manager is cut off from a master that clients still reach: abort, the new one stays closed', async () => {
    // mysqld answers nobody on the manager's side, and the address is answered for on the network.
    await cluster().exec('mgr', ['ip', 'route', 'add', 'blackhole', '192.168.10.10/32']);
    const started = await hardHook(cluster(), 'start');
    await cluster().exec('mgr', ['ip', 'route', 'del', 'blackhole', '192.168.10.10/32']);
    assert.equal(started.code, 9, started.stderr);
    assert.match(
      started.stderr,
      new RegExp(
        String.raw`^mha-helper: db10 does not answer this manager, but the host ` +
          String.raw`with the hardware address .* answers for ` +
          String.raw`the writer address 192\.168\.10\.155: clients may be writing there`,
        'm',
      ),
    );
    await assertWhole(cluster(), 'db10');
  });

  test('another host that answers for the address: it is not added a second time', async () => {
    await cluster().killMysqld('db10');
    const started = await hardHook(cluster(), 'start');
    assert.equal(started.code, 10, started.stderr);
    assert.match(
      started.stderr,
      patternOf(
        String.raw`LEFT TO DO: db11 takes writes, but the writer address `,
        String.raw`192\.168\.10\.155 is not on it \(the host with `,
        String.raw`the hardware address .* still answers for the writer address `,
        String.raw`.*"ip addr add 192\.168\.10\.155\/24 dev `,
        String.raw`eth1 && arping -U -c 3 -I eth1 192\.168\.10\.155" as root`,
      ),
    );
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
    assert.deepEqual(await cluster().writableServers(), ['db11']);
  });

  test('the same calls again succeed and change nothing', async () => {
    await cluster().killMysqld('db10');
    for (let round = 0; round < 2; round += 1) assert.equal((await hardHook(cluster(), 'stopssh')).code, 0);
    for (let round = 0; round < 2; round += 1) assert.equal((await hardHook(cluster(), 'start')).code, 0);
    await assertWhole(cluster(), 'db11');
  });

  test('status changes nothing, and warns of a master without the address', async () => {
    assert.equal((await hardHook(cluster(), 'status')).code, 0);
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
    await cluster().exec('db10', ['ip', 'addr', 'del', WRITER_CIDR, 'dev', 'eth10']);
    const without = await hardHook(cluster(), 'status');
    assert.equal(without.code, 0);
    assert.match(without.stderr, /db10 is the master, but does not hold the writer address 192\.168\.10\.155/);
    assert.deepEqual(await cluster().vipHolders(), []);
  });
});

test(
  "the seed's sudoers rule, which refuses arping of iputils: a dead master's address moves, and the network is " +
    'asked all the same',
  async () => {
    const lab = await clusterLab({ seedSudoers: true });
    try {
      const writer = await startWriter(lab);
      await lab.killMysqld('db10');
      assert.equal((await hardHook(lab, 'stopssh')).code, 0);
      const started = await hardHook(lab, 'start');
      assert.equal(started.code, 0, started.stderr);
      // The kernel asks where arping may not.
      assert.doesNotMatch(started.stderr, /not known whether another host/);
      assert.match(started.stderr, /warning: db11: 192\.168\.10\.155 was announced by the kernel instead of arping/);
      // Not what was acknowledged before: nobody has recovered the dead master's log.
      await writer.progress(20);
      await writer.stop();
      await assertWhole(lab, 'db11');
    } finally {
      await lab.stop();
    }
  },
);
