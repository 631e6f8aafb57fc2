import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { firstError, lastFailover } from '../../../src/mha/managerLog.ts';
import { isManager, isManagerOf, managerStates, parseHealthFile } from '../../../src/mha/managerStatus.ts';
import { withoutServers } from '../../../src/mha/withoutServers.ts';

const constants = '/usr/share/perl5/MHA/ManagerConst.pm';
const source = (() => {
  try {
    return readFileSync(constants, 'utf8');
  } catch {
    return null;
  }
})();

test("the states and their codes are MHA's", { skip: source === null ? `${constants} is not there` : false }, () => {
  const codes = new Map(
    [...(source ?? '').matchAll(/^our \$(ST_\w+)\s*= (\d+);/gm)].map(([, name = '', code]) => [name, Number(code)]),
  );
  const texts = [...(source ?? '').matchAll(/^our \$(ST_\w+)_S\s*=\s*"\$ST_\w+:(\w+)"/gm)].map(
    ([, name = '', text = '']) => [text, codes.get(name)],
  );
  assert.deepEqual(Object.fromEntries(texts), managerStates);
});

for (const [text, expected] of [
  ['4711\t0:PING_OK\tmaster:db10', { pid: 4711, state: 'PING_OK', master: 'db10' }],
  [
    '4711\t50:FAILOVER_RUNNING\tmaster:db1.example.com',
    { pid: 4711, state: 'FAILOVER_RUNNING', master: 'db1.example.com' },
  ],
  ['4711\t10:INITIALIZING_MONITOR', { pid: 4711, state: 'INITIALIZING_MONITOR', master: null }],
  ['', null],
  ['4711\t0:PING_', null],
  ['0\t0:PING_OK', null],
] as const) {
  test(`health file ${JSON.stringify(text)}`, () => assert.deepEqual(parseHealthFile(text), expected));
}

for (const [argv, expected] of [
  [['/usr/bin/perl', '/usr/bin/masterha_manager', '--conf=/etc/mha/a.cnf'], true],
  [['perl', '-w', '/usr/bin/masterha_manager', '--conf', '/etc/mha/a.cnf', '--ignore_last_failover'], true],
  [['masterha_manager', '-conf=/etc/mha/a.cnf'], true],
  [['/usr/bin/perl', '/usr/bin/masterha_manager', '--conf=/etc/mha/aa.cnf'], false],
  [['/usr/bin/perl', '/usr/bin/masterha_manager', '--global_conf=/etc/mha/a.cnf', '--conf=/etc/mha/b.cnf'], false],
  [['/usr/bin/perl', '/usr/bin/masterha_check_status', '--conf=/etc/mha/a.cnf'], false],
  [['sh', '-c', 'masterha_manager --conf=/etc/mha/a.cnf'], false],
  [['vi', 'x', 'y', '/usr/bin/masterha_manager', '--conf=/etc/mha/a.cnf'], false],
  [[], false],
] as const) {
  test(`${argv.join(' ')} is ${expected ? 'a' : 'no'} manager of a.cnf`, () =>
    assert.equal(isManagerOf(argv, ['/etc/mha/a.cnf']), expected));
}

test('the end of the last failover in a log', () => {
  const ok = 'x - [info] Master failover to db11(192.168.10.11:3306) completed successfully.\n';
  const part =
    'x - [error][/usr/share/perl5/MHA/MasterFailover.pm, ln2044] Master failover to db12(192.168.10.12:3306) ' +
    'done, but recovery on slave partially failed.\n';
  assert.deepEqual(lastFailover(part + ok), { to: 'db11', partial: false });
  assert.deepEqual(lastFailover(ok + part), { to: 'db12', partial: true });
  assert.equal(lastFailover('x - [info] Starting master failover.\n'), null);
});

test('a process that has got the number of a manager is none', () => {
  assert.ok(isManager(['perl', '-I/opt/lib', '/usr/local/bin/masterha_manager', '--conf=/etc/a.cnf']));
  assert.ok(!isManager(['sleep', '300']));
  assert.ok(!isManager(['/usr/bin/masterha_manager_wrapper']));
  assert.ok(!isManager([]));
});

test('the first error since the manager was started, or its last words', () => {
  const log = [
    't - [error][/x/A.pm, ln1] from before',
    't - [info] MHA::MasterMonitor version 0.58.',
    't - [error][/x/B.pm, ln364] None of slaves can be master. Check',
    't - [error][/x/B.pm, ln427] Error happened on checking configurations.  at /x line 1.',
  ].join('\n');
  assert.equal(firstError(log), 'None of slaves can be master. Check');
  assert.equal(firstError("Can't locate DBI.pm\nBEGIN failed.\n"), 'BEGIN failed.');
  assert.equal(firstError(''), '');
  const command =
    "t - [error][/x/C.pm, ln1] Got unknown error from check --user=mha --master_password='s3 cret'\\''x' " +
    '--slave_pass=s3cret --ping_type=SELECT. exit.';
  assert.equal(
    firstError(command),
    'Got unknown error from check --user=mha --master_password=xxx --slave_pass=xxx --ping_type=SELECT. exit.',
  );
});

test('an application file without a server keeps all else to the letter', () => {
  const text =
    '[server default]\nuser=a # b\n\n[server1]\r\nhostname=db10\n ; a comment\n[ server2 ] \nhostname=db11\n' +
    '[server1]\nport=1\n[server10]\nhostname=db12';
  assert.equal(
    withoutServers(text, ['server1']),
    '[server default]\nuser=a # b\n\n[ server2 ] \nhostname=db11\n[server10]\nhostname=db12',
  );
  assert.equal(withoutServers(text, []), text);
});
