import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { lostWrites, startWriter } from '../lab/writer.ts';
import { waitUntil } from '../lab/processes.ts';
import { assertWhole, clusterLab, helperProcesses, masterSwitch } from './cluster.ts';
import { sharedLab } from './sharedLab.ts';
import { patternOf } from '../patternOf.ts';

describe('planned switch through real MHA', { concurrency: false }, () => {
  const cluster = sharedLab();
  beforeEach(async () => {
    await cluster().resetTopology();
  });

  test('there and back while a client writes', async () => {
    const writer = await startWriter(cluster());
    const there = await masterSwitch(cluster(), 'db11');
    assert.equal(there.code, 0, there.stdout);
    assert.match(there.stdout, /7\/7 make sure that the binary log of db10 has come to rest: done/);
    assert.match(there.stdout, /2\/7 assign the writer address 192\.168\.10\.155 to db11: done/);
    assert.match(
      there.stdout,
      /the hook has been waiting since the call before; it goes on now\n.* online start: db10/,
    );
    assert.doesNotMatch(there.stdout, /LEFT TO DO|helper\.|mha_helper'? ?password|password=helper/);
    await writer.progress(20);
    assert.deepEqual(await cluster().vipHolders(), ['db11']);
    assert.deepEqual(await cluster().writableServers(), ['db11']);
    const back = await masterSwitch(cluster(), 'db10');
    assert.equal(back.code, 0, back.stdout);
    const summary = await assertWhole(cluster(), 'db10', writer);
    // The process that watches MHA ends a moment after it.
    await waitUntil('nothing to be left behind', 5_000, async () => (await helperProcesses(cluster())) === '');
    // Not a measurement (make bench is): a client that hangs would wait for its 15 s.
    assert.ok((summary?.longestOutageMs ?? Infinity) < 5_000, `longest outage ${summary?.longestOutageMs} ms`);
  });

  test('a session with work gets its time, an idle one does not, and the work is kept', async () => {
    const insert = cluster().spawn('app', [
      'mariadb',
      '-h',
      '192.168.10.10',
      '-uapp',
      '-papp',
      'app',
      '-e',
      'SELECT SLEEP(2); SELECT "ended by itself"',
    ]);
    const idle = cluster().spawn('app', ['mariadb', '-h', '192.168.10.10', '-uapp', '-papp', 'app']);
    const switched = await masterSwitch(cluster(), 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.equal(await insert.ended, 0);
    assert.match(insert.output(), /ended by itself/);
    idle.process.stdin.end('SELECT 1;\n');
    assert.notEqual(await idle.ended, 0, 'the idle session was terminated');
    await assertWhole(cluster(), 'db11');
  });

  test('writes that do not end: everything is undone, MHA aborts, the client goes on', async () => {
    await cluster().sql('db10', "CREATE USER heartbeat@'%' IDENTIFIED BY 'beat'", "GRANT ALL ON *.* TO heartbeat@'%'");
    const writer = await startWriter(cluster());
    // SUPER goes on writing in spite of read_only, and comes back whenever it is thrown out.
    const heartbeat = await startWriter(cluster(), { host: '192.168.10.10', user: 'heartbeat', password: 'beat' });
    const switched = await masterSwitch(cluster(), 'db11');
    await heartbeat.stop();
    assert.equal(switched.code, 1, switched.stdout);
    assert.match(
      switched.stdout,
      patternOf(
        String.raw`writes go on in spite of read_only: .*heartbeat from 192\.168\.10\.200.*; everything this run had `,
        String.raw`changed was undone`,
      ),
    );
    assert.doesNotMatch(switched.stdout, /Proceeding|Switching slaves/);
    await assertWhole(cluster(), 'db10', writer);
    await waitUntil(
      'the process with the connections to end',
      2_000,
      async () => (await helperProcesses(cluster())) === '',
    );
    // The replica was read-only before, so it still is; nothing was "undone" there.
    assert.doesNotMatch(switched.stdout, /undo: .*db11/);
  });

  test('a hostile password of 64 characters reaches both servers through MHA', async () => {
    const hostile = 'p@$$ w"o\'r\\d!#{}[]()<>|&;*?~^`,.:=+-_/%0123456789abcdefABCDEFxyzXYZ';
    const literal = hostile.replace(/[\\']/g, (character) => `\\${character}`);
    await cluster().sql(
      'db10',
      `CREATE USER 'o''mha $'@'%' IDENTIFIED BY '${literal}'`,
      "GRANT ALL ON *.* TO 'o''mha $'@'%'",
    );
    await cluster().configure({ application: { 'server default': { user: "o'mha $", password: hostile } } });
    const switched = await masterSwitch(cluster(), 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.ok(!switched.stdout.includes('abcdefABCDEF'), 'the password is in the output');
    await assertWhole(cluster(), 'db11');
  });

  test('super_read_only and kill_after_timeout, and FQDN-like options of other hosts, do no harm', async () => {
    await cluster().configure({
      helper: {
        default: { super_read_only: 'yes', kill_after_timeout: '1', requires_arping: 'yes', 'ovais.typo': 'x' },
      },
    });
    const switched = await masterSwitch(cluster(), 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.match(switched.stdout, /warning: .*ovais\.typo/);
    assert.match(switched.stdout, /wait up to 1 s for sessions/);
    await assertWhole(cluster(), 'db11');
  });

  test('vip_type none moves no address and says so', async () => {
    await cluster().configure({ helper: { default: { vip_type: 'none' } } });
    const switched = await masterSwitch(cluster(), 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.match(switched.stdout, /no writer address is managed \(vip_type = none\)/);
    assert.deepEqual(await cluster().writableServers(), ['db11']);
    assert.deepEqual(await cluster().vipHolders(), ['db10']);
  });

  test('writes through several connections: none that was acknowledged is lost', async () => {
    const writer = await startWriter(cluster(), { connections: 8, rate: 400 });
    assert.equal((await masterSwitch(cluster(), 'db11')).code, 0);
    await writer.progress(100);
    await writer.stop();
    assert.equal(await lostWrites(cluster(), 'db11', writer), 0);
  });
});

test("the seed's example, unchanged: files, sudoers rule and symlinks", async () => {
  const lab = await clusterLab({ seedSudoers: true, habetsArping: true });
  try {
    const writer = await startWriter(lab);
    const switched = await masterSwitch(lab, 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.match(
      switched.stdout,
      /warning: .*ss without a password; clients connected to 192\.168\.10\.155 will not be disconnected/,
    );
    assert.doesNotMatch(switched.stdout, /LEFT TO DO/);
    const summary = await assertWhole(lab, 'db11', writer);
    // Without ss the connection hangs until the client's own limit of 15 s; then it must find the new master.
    assert.ok((summary?.longestOutageMs ?? Infinity) < 18_000, `longest outage ${summary?.longestOutageMs} ms`);
  } finally {
    await lab.stop();
  }
});

test("the seed's example, unchanged, where sudo refuses arping: the kernel tells the network", async () => {
  const lab = await clusterLab({ seedSudoers: true });
  try {
    const writer = await startWriter(lab);
    const switched = await masterSwitch(lab, 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.match(
      switched.stdout,
      patternOf(
        String.raw`warning: db11: 192\.168\.10\.155 was announced by the kernel `,
        String.raw`instead of arping, .*: sudo: .* -- allow `,
        String.raw`it in sudoers: "NOPASSWD: \/.*bin\/arping"`,
      ),
    );
    assert.doesNotMatch(switched.stdout, /LEFT TO DO/);
    const summary = await assertWhole(lab, 'db11', writer);
    // A client that is not told keeps the old place for more than 30 s. One whose connection cannot be reset (no ss)
    // waits for TCP to send again: after 1.4 s, 3 s or 6.2 s, as slow as the machine is.
    assert.ok((summary?.longestOutageMs ?? Infinity) < 10_000, `longest outage ${summary?.longestOutageMs} ms`);
  } finally {
    await lab.stop();
  }
});
