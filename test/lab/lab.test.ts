// The lab itself: if one of these fails, no scenario means anything.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { APPLICATION_FILE, HELPER_FILE } from './exampleConfiguration.ts';
import { etcdctl } from './etcdHosts.ts';
import { LAB_SOURCE } from './holder.ts';
import { SSH_USER } from './hosts.ts';
import { type Lab, startLab } from './lab.ts';
import { MHA_ENVIRONMENT } from './mha.ts';
import { identify, isAlive, processesUnder, waitUntil } from './processes.ts';
import { runDirectory, sweep } from './runDirectory.ts';
import { lostWrites, startWriter } from './writer.ts';

const REFERENCE = join(LAB_SOURCE, 'referenceHook.sh');
const HOOKS = ['master_ip_hard_failover_helper', 'master_ip_online_failover_helper', 'master_failover_report'];

let lab: Lab;
before(async () => {
  lab = await startLab();
});
after(() => lab.stop());

test('db10 is the writable master with the writer address, and db11 and db12 replicate from it', async () => {
  assert.deepEqual(await lab.vipHolders(), ['db10']);
  assert.deepEqual(await lab.writableServers(), ['db10']);
  await lab.sql('db10', 'INSERT INTO app.writes VALUES (1, 10)');
  for (const replica of ['db11', 'db12'] as const) {
    await waitUntil(
      `the row on ${replica}`,
      5000,
      async () => (await lab.sql(replica, 'SELECT id FROM app.writes')).length === 1,
    );
  }
});

test('the application account is stopped by read_only', async () => {
  const insert = [
    'mariadb',
    '--no-defaults',
    '-happ-none',
    '-uapp',
    '-papp',
    'app',
    '-e',
    'INSERT INTO writes VALUES (2, 0)',
  ];
  const refused = await lab.exec(
    'app',
    insert.map((word) => (word === '-happ-none' ? '-hdb11' : word)),
  );
  assert.match(refused.stderr, /ERROR 1290 .*read-only/);
});

test('root on the manager and the SSH user log in to every host on the port of the example, and on 22', async () => {
  for (const port of ['22', '2202']) {
    for (const login of [`root@db11`, `${SSH_USER}@db11`, `${SSH_USER}@db11-ipv6`]) {
      const options = login.endsWith('ipv6')
        ? ['-oStrictHostKeyChecking=yes', '-oHostKeyAlias=db11']
        : ['-oStrictHostKeyChecking=yes'];
      const { code, stdout, stderr } = await lab.exec('mgr', [
        'ssh',
        '-p',
        port,
        '-oBatchMode=yes',
        ...options,
        login,
        'whoami',
      ]);
      assert.equal(code, 0, stderr);
      assert.equal(stdout.trim(), login.split('@')[0]);
    }
  }
});

test('the SSH user may run ip with sudo and reads the binary logs', async () => {
  const { code, stderr } = await lab.exec('db10', ['sudo', '-n', '/sbin/ip', 'link'], { user: SSH_USER });
  assert.equal(code, 0, stderr);
  assert.equal((await lab.exec('db10', ['cat', '/var/log/mysql/mysql-bin.000001'], { user: SSH_USER })).code, 0);
});

test('mail for anyone arrives', async () => {
  const message = 'From: mha@mgr\nTo: me@ovaistariq.net\nSubject: a\n  folded subject\n\nfirst line\n';
  const session = ['EHLO mgr', 'MAIL FROM:<mha@mgr>', 'RCPT TO:<me@ovaistariq.net>', 'DATA', `${message}.`, 'QUIT'];
  const talk = [
    'exec 3<>/dev/tcp/localhost/25',
    ...session.map((line) => `read -r reply <&3; printf '%s\\n' '${line}' | sed 's/$/\\r/' >&3; sleep 0.05`),
    'cat <&3',
  ];
  const { code, stdout, stderr } = await lab.exec('mgr', ['bash', '-c', talk.join('\n')]);
  assert.equal(code, 0, stderr + stdout);
  await waitUntil('the mail', 5000, async () => (await lab.mails()).length === 1);
  const [mail] = await lab.mails();
  assert.equal(mail?.headers['to'], 'me@ovaistariq.net');
  assert.equal(mail?.headers['subject'], 'a folded subject');
  assert.match(mail?.body ?? '', /^first line$/m);
});

test('the configuration files are the example; a scenario changes single values until the next reset', async () => {
  await lab.configure({ helper: { default: { vip_type: 'none' }, db10: { cluster_interface: null } } });
  assert.match(await lab.readFile('mgr', HELPER_FILE), /vip_type += none[^]*\[db10\]\n\n/);
  await lab.resetTopology();
  assert.match(await lab.readFile('mgr', HELPER_FILE), /vip_type += metal[^]*\[db10\]\ncluster_interface += eth10/);
});

test('a crashed server, a pulled cable, a stopped sshd and a dead host are all put right by a reset', async () => {
  await lab.killMysqld('db10');
  await lab.linkDown('db11');
  await lab.stopSshd('db12');
  await lab.powerOff('app');
  assert.deepEqual(await lab.writableServers(), []);
  assert.equal((await lab.exec('mgr', ['ssh', '-p2202', '-oConnectTimeout=1', 'db12', 'true'])).code, 255);
  await lab.makeMaster('db11');
  assert.deepEqual(await lab.vipHolders(), ['db11']);
  assert.deepEqual(await lab.writableServers(), ['db11']);
  await lab.resetTopology();
  assert.deepEqual(await lab.vipHolders(), ['db10']);
  assert.equal((await lab.exec('mgr', ['ssh', '-p2202', 'db12', 'true'])).code, 0);
});

test('a frozen server answers nobody, a full log disk takes no line; a reset puts both right', async () => {
  lab.freezeMysqld('db10');
  const probe = ['mariadb', '--no-defaults', '-hdb10', '-uapp', '-papp', '--connect-timeout=1', '-e', 'SELECT 1'];
  assert.notEqual((await lab.exec('app', probe)).code, 0);
  lab.thawMysqld('db10');
  assert.equal((await lab.exec('app', probe)).code, 0);
  lab.freezeMysqld('db10');
  await lab.fillLogDisk('mgr');
  const print = ['sh', '-c', 'echo line >>/var/log/mha/test_cluster/test_cluster.log'];
  assert.match((await lab.exec('mgr', print)).stderr, /No space left|I\/O error/);
  await lab.resetTopology();
  assert.equal((await lab.exec('app', probe)).code, 0);
  assert.equal((await lab.exec('mgr', print)).code, 0);
});

test('MHA finds the example in order, and a planned switch with the reference hook loses nothing', async () => {
  await lab.resetTopology();
  await lab.installHooks(REFERENCE, HOOKS);
  const configuration = `--conf=${APPLICATION_FILE}`;
  const checks = await lab.exec('mgr', ['masterha_check_repl', configuration], { env: MHA_ENVIRONMENT });
  assert.match(checks.stdout + checks.stderr, /MySQL Replication Health is OK/);

  assert.equal((await lab.exec('mgr', [`/usr/bin/mha-helper`, '--open'])).code, 0);
  const writer = await startWriter(lab);
  await writer.progress(20);
  const options = ['--master_state=alive', '--interactive=0', '--orig_master_is_new_slave', configuration];
  const planned = await lab.exec('mgr', ['masterha_master_switch', ...options], { env: MHA_ENVIRONMENT });
  assert.equal(planned.code, 0, planned.stdout + planned.stderr);
  await writer.progress(20);
  const summary = await writer.stop();
  assert.ok(summary.longestOutageMs > 0 && summary.longestOutageMs < 2000, `outage ${summary.longestOutageMs} ms`);
  assert.equal(await lostWrites(lab, 'db11', writer), 0);
  assert.deepEqual(await lab.vipHolders(), ['db11']);
  assert.deepEqual(await lab.writableServers(), ['db11']);
});

test('two labs stand side by side, and one is not the other', async () => {
  await lab.resetTopology();
  const other = await startLab();
  try {
    await other.makeMaster('db12');
    await other.sql('db12', 'INSERT INTO app.writes VALUES (7, 12)');
    assert.deepEqual(await other.vipHolders(), ['db12']);
    assert.deepEqual(await lab.vipHolders(), ['db10']);
    assert.deepEqual(await lab.sql('db12', 'SELECT id FROM app.writes'), []);
  } finally {
    await other.stop();
  }
  assert.deepEqual(await lab.writableServers(), ['db10']);
});

test('after kill -9 of its owner nothing of a lab is left', async () => {
  const owner = spawn(process.execPath, [join(LAB_SOURCE, 'ownerOfLab.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) =>
    owner.stdout.once('data', (data: Buffer) => resolve(data.toString())),
  );
  const { name, inits } = JSON.parse(line) as { name: string; inits: number[] };
  const all = [...inits, ...inits.slice(1).flatMap(processesUnder)]
    .map(identify)
    .filter((found) => found !== undefined);
  assert.ok(all.length > 15 && all.every(isAlive), `${all.length} processes`);
  assert.ok(existsSync(runDirectory(name)));

  owner.kill('SIGKILL');
  await waitUntil('the end of the lab', 5000, () => !all.some(isAlive));
  assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(' /run/mha-lab/'));
  sweep();
  assert.ok(!existsSync(runDirectory(name)));
});

test('a lab with three managers has etcd on three hosts, and no manager more than it was asked for', async () => {
  assert.throws(() => lab.holder.hostInits.mgr2, /there is no host mgr2 in this lab; it is there with MANAGERS=3/);
  const other = await startLab({ managers: 3 });
  try {
    assert.deepEqual(other.managers, ['mgr', 'mgr2', 'mgr3']);
    assert.equal((await other.exec('mgr', ['hostname'])).stdout, 'mgr1\n');
    for (const name of ['mgr', 'mgr3'] as const) {
      assert.match(await other.readFile(name, HELPER_FILE), /^ha_endpoints += https:\/\/192\.168\.10\.51:2379, /m);
      assert.equal((await other.exec(name, ['ssh', '-p2202', 'db11', 'true'])).code, 0);
    }
    await other.powerOff('etcd2');
    const put = async (): Promise<boolean> =>
      (await etcdctl(other.holder, ['put', '/other/key', 'value'], 'etcd3')).code === 0;
    // Where etcd2 led, the two that are left elect another first, and what was handed to etcd2 is lost.
    await waitUntil('a write without etcd2', 20_000, put);
    await other.powerOn('etcd2');
    const health = async (): Promise<boolean> => (await etcdctl(other.holder, ['endpoint', 'health'])).code === 0;
    await waitUntil('all members', 20_000, health);
    await other.resetTopology();
    assert.equal((await etcdctl(other.holder, ['get', '/other/key'])).stdout, '');
  } finally {
    await other.stop();
  }
});
