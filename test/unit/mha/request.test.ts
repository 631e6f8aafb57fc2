import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { errorLine } from '../../../src/errors/message.ts';
import { readHardRequest, readOnlineRequest, readReportRequest } from '../../../src/mha/request.ts';

// In MHA's order (MasterRotate.pm, MasterFailover.pm, MasterMonitor.pm).
const orig = ['--orig_master_host=db10', '--orig_master_ip=10.0.0.10', '--orig_master_port=3306'];
const next = ['--new_master_host=db11', '--new_master_ip=10.0.0.11', '--new_master_port=3307'];
const online = [
  '--command=stop',
  ...orig,
  '--orig_master_user=mha\\ user',
  ...next,
  '--new_master_user=mha',
  '--orig_master_ssh_user=ops',
  '--new_master_ssh_user=root',
  '--orig_master_password=p@\\$\\$\\ w\\"o\'r\\\\d',
  '--new_master_password=',
];
const start = [
  '--command=start',
  '--ssh_user=root',
  ...orig,
  ...next,
  '--new_master_user=mha',
  '--new_master_password=s\\,e',
];

function failure(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof Failure);
    assert.equal(error.kind, 'usage');
    return errorLine(error);
  }
  return assert.fail('no failure');
}

function without(args: readonly string[], ...names: string[]): string[] {
  return args.filter((arg) => !names.some((name) => arg.startsWith(`--${name}=`)));
}

test('a planned switch', () => {
  assert.deepEqual(readOnlineRequest(online), {
    request: {
      command: 'stop',
      orig: {
        host: 'db10',
        ip: '10.0.0.10',
        port: 3306,
        sshUser: 'ops',
        user: 'mha user',
        password: String.raw`p@$$ w"o'r\d`,
      },
      new: { host: 'db11', ip: '10.0.0.11', port: 3307, sshUser: 'root', user: 'mha', password: '' },
      origIsNewSlave: false,
    },
    warnings: [],
  });
});

test('a planned switch with everything that MHA passes where it differs from the defaults', () => {
  const { request, warnings } = readOnlineRequest([
    ...online.slice(0, -2),
    '--orig_master_ssh_host=adm10',
    '--orig_master_ssh_ip=192.168.0.10',
    '--orig_master_ssh_port=2202',
    '--ssh_options=-o ServerAliveInterval=60 -i /root/key',
    '--new_master_ssh_host=adm11',
    '--new_master_ssh_ip=fd00::b',
    '--new_master_ssh_port=2203',
    '--orig_master_is_new_slave',
    ...online.slice(-2),
  ]);
  assert.deepEqual([request.orig.sshHost, request.orig.sshIp, request.orig.sshPort], ['adm10', '192.168.0.10', 2202]);
  assert.deepEqual([request.new.sshHost, request.new.sshIp, request.new.sshPort], ['adm11', 'fd00::b', 2203]);
  assert.deepEqual(
    [request.origIsNewSlave, request.sshOptions, warnings],
    [true, '-o ServerAliveInterval=60 -i /root/key', []],
  );
});

test('hard failover: the host answers SSH, and does not', () => {
  assert.deepEqual(readHardRequest([...orig, '--command=stopssh', '--ssh_user=ops']).request, {
    command: 'stopssh',
    orig: { host: 'db10', ip: '10.0.0.10', port: 3306, sshUser: 'ops' },
  });
  assert.deepEqual(
    readHardRequest([...orig, '--command=stop', '--orig_master_ssh_port=2202', '--ssh_options=-o BatchMode=yes'])
      .request,
    {
      command: 'stop',
      orig: { host: 'db10', ip: '10.0.0.10', port: 3306, sshPort: 2202 },
      sshOptions: '-o BatchMode=yes',
    },
  );
  assert.deepEqual(readHardRequest(['--command=status', '--ssh_user=ops', ...orig]).request, {
    command: 'status',
    orig: { host: 'db10', ip: '10.0.0.10', port: 3306, sshUser: 'ops' },
  });
});

test("hard failover, start: the SSH user is the new master's", () => {
  assert.deepEqual(readHardRequest(start).request, {
    command: 'start',
    orig: { host: 'db10', ip: '10.0.0.10', port: 3306 },
    new: { host: 'db11', ip: '10.0.0.11', port: 3307, sshUser: 'root', user: 'mha', password: 's,e' },
  });
});

test('the report', () => {
  const args = [
    '--orig_master_host=db10',
    '--new_master_host=db11',
    '--new_slave_hosts=db12,db13',
    '--conf=/etc/mha/app.cnf',
    '--subject=s',
    '--body=line\nline',
  ];
  assert.deepEqual(readReportRequest(args), {
    request: {
      origHost: 'db10',
      newHost: 'db11',
      newSlaveHosts: ['db12', 'db13'],
      conf: '/etc/mha/app.cnf',
      subject: 's',
      body: 'line\nline',
    },
    warnings: [],
  });
  assert.deepEqual(readReportRequest(without(args, 'new_master_host', 'new_slave_hosts')).request, {
    origHost: 'db10',
    newSlaveHosts: [],
    conf: '/etc/mha/app.cnf',
    subject: 's',
    body: 'line\nline',
  });
  assert.deepEqual(
    readReportRequest(args.map((arg) => (arg.startsWith('--new_slave') ? '--new_slave_hosts=' : arg))).request
      .newSlaveHosts,
    [],
  );
});

test('addresses as hosts, and IPv6', () => {
  const { request } = readHardRequest([
    '--command=stopssh',
    '--ssh_user=ops',
    '--orig_master_host=fd00::a',
    '--orig_master_ip=fe80::1%eth0',
    '--orig_master_port=3306',
  ]);
  assert.deepEqual([request.orig.host, request.orig.ip], ['fd00::a', 'fe80::1%eth0']);
});

test('the value may be the next argument, and the last one counts', () => {
  const { request } = readHardRequest([
    '--command',
    'status',
    '--ssh_user',
    'ops',
    ...orig,
    '--orig_master_port',
    '3310',
  ]);
  assert.deepEqual([request.command, request.orig.port, request.orig.sshUser], ['status', 3310, 'ops']);
});

test('what MHA may pass some day is a warning, without its value', () => {
  const { warnings } = readHardRequest([
    '--command=status',
    '--ssh_user=ops',
    ...orig,
    '--new_thing=secret1',
    '--old_password',
    'secret2',
    'secret3',
    '-x=secret4',
    '--',
    '--switch',
  ]);
  assert.deepEqual(warnings, [
    'unknown option --new_thing is ignored',
    'unknown option --old_password is ignored',
    'unknown option --switch is ignored',
    '4 arguments that belong to no option are ignored',
  ]);
  assert.deepEqual(readHardRequest(['--command=status', '--ssh_user=ops', ...orig, 'x']).warnings, [
    '1 argument that belongs to no option is ignored',
  ]);
});

test('everything that is missing, in one line, and what MHA passes', () => {
  assert.equal(
    failure(() => readHardRequest([])),
    'bad arguments for the failover: --command is missing; --ssh_user is missing; --orig_master_host is missing; ' +
      '--orig_master_ip is missing; --orig_master_port is missing' +
      ' -- MHA passes --command=status|stop|stopssh|start [--ssh_user=USER] --orig_master_host=HOST ' +
      '--orig_master_ip=ADDRESS --orig_master_port=PORT',
  );
  assert.equal(
    failure(() => readOnlineRequest(without(online, 'orig_master_password', 'new_master_user', 'new_master_ssh_user'))),
    'bad arguments for the planned switch: --orig_master_password is missing; --new_master_ssh_user is missing; ' +
      '--new_master_user is missing' +
      ' -- MHA passes --command=stop|start --orig_master_host=HOST --orig_master_ip=ADDRESS ' +
      '--orig_master_port=PORT --orig_master_user=USER --orig_master_password=PASSWORD --orig_master_ssh_user=USER' +
      ' --new_master_host=HOST --new_master_ip=ADDRESS --new_master_port=PORT --new_master_user=USER ' +
      '--new_master_password=PASSWORD --new_master_ssh_user=USER',
  );
  assert.equal(
    failure(() => readHardRequest(without(start, 'ssh_user', 'new_master_ip'))),
    'bad arguments for the failover (--command=start): --ssh_user is missing; --new_master_ip is missing' +
      ' -- MHA passes --command=start --ssh_user=USER --orig_master_host=HOST --orig_master_ip=ADDRESS ' +
      '--orig_master_port=PORT' +
      ' --new_master_host=HOST --new_master_ip=ADDRESS --new_master_port=PORT --new_master_user=USER ' +
      '--new_master_password=PASSWORD',
  );
  assert.equal(
    failure(() => readReportRequest(['--conf='])),
    'bad arguments for the report: --orig_master_host is missing; --conf is empty; --subject is missing; --body ' +
      'is missing' +
      ' -- MHA passes --orig_master_host=HOST [--new_master_host=HOST --new_slave_hosts=HOST,...] --conf=FILE ' +
      '--subject=TEXT --body=TEXT',
  );
});

test('bad values', () => {
  const bad = (arg: string): string =>
    failure(() => readHardRequest([...start, arg])).replace(
      /^bad arguments for the failover[^:]*: | -- MHA passes .*$/g,
      '',
    );
  assert.equal(bad('--orig_master_port=0'), '--orig_master_port=0 must be a port from 1 to 65535');
  assert.equal(bad('--orig_master_port=65536'), '--orig_master_port=65536 must be a port from 1 to 65535');
  assert.equal(bad('--new_master_ssh_port=22x'), '--new_master_ssh_port=22x must be a port from 1 to 65535');
  assert.equal(bad('--orig_master_host='), '--orig_master_host is empty');
  assert.equal(
    bad('--orig_master_host=db10;reboot'),
    '--orig_master_host=db10;reboot must be a host name or an address',
  );
  assert.equal(
    bad('--orig_master_host=-oProxyCommand=x'),
    '--orig_master_host=-oProxyCommand=x must be a host name or an address',
  );
  assert.equal(bad('--new_master_ip=db11'), '--new_master_ip=db11 must be an IPv4 or IPv6 address');
  assert.equal(bad('--ssh_user=$(id)'), '--ssh_user=$(id) must be the name of a user');
  assert.equal(bad('--ssh_user=-x'), '--ssh_user=-x must be the name of a user');
  assert.equal(bad('--new_master_user='), '--new_master_user is empty');
  assert.equal(bad('--new_master_ssh_host'), '--new_master_ssh_host has no value');
  assert.equal(
    bad(`--orig_master_host=${'x'.repeat(300)}`),
    `--orig_master_host=${'x'.repeat(60)}... must be a host name or an address`,
  );
  assert.match(bad('--command=reboot'), /^--command=reboot must be status, stop, stopssh or start/);
  assert.match(
    failure(() => readOnlineRequest([...online, '--command=stopssh'])),
    /--command=stopssh must be stop or start/,
  );
});

test('an option without a value does not swallow the next one', () => {
  const line = failure(() =>
    readHardRequest([...without(start, 'orig_master_host'), '--orig_master_host', '--other_password=secret']),
  );
  assert.match(line, /--orig_master_host has no value/);
  assert.doesNotMatch(line, /secret|is missing/);
});

test('no password in any failure or warning', () => {
  const secrets = [
    '--orig_master_password=Geheim1',
    '--new_master_password=Geheim2',
    '--orig_master_user=Geheim3',
    '--new_master_user=Geheim4',
    '--new_master_passwort=Geheim5',
    'Geheim6',
  ];
  for (const read of [readOnlineRequest, readHardRequest, readReportRequest])
    assert.doesNotMatch(
      failure(() => read(secrets)),
      /Geheim/,
    );
  assert.doesNotMatch(
    JSON.stringify(readHardRequest([...start, '--new_master_passwort=Geheim5', 'Geheim6']).warnings),
    /Geheim/,
  );
});

test('domain accounts and machine accounts are users', () => {
  for (const user of ['ops@example.com', 'svc-mha', 'a.b', 'host$', '1000']) {
    assert.equal(readHardRequest(['--command=status', `--ssh_user=${user}`, ...orig]).request.orig.sshUser, user);
  }
});
