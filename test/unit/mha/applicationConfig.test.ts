import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigFailure } from '../../../src/config/problems.ts';
import { applicationName, loadApplicationConfig, readApplicationConfig } from '../../../src/mha/applicationConfig.ts';
import { errno, filesOf } from '../config/fixtures.ts';

/** The example of the Python helper's documentation, word for word. */
const seedExample = `[server default]
user                            = mha_helper
password                        = helper
ssh_user                        = mha_helper
ssh_port                        = 2202
repl_user                       = replicator
repl_password                   = replicator
master_binlog_dir               = /var/log/mysql
manager_workdir                 = /var/log/mha/test_cluster
manager_log                     = /var/log/mha/test_cluster/test_cluster.log
remote_workdir                  = /var/log/mha/test_cluster
master_ip_failover_script       = /usr/bin/master_ip_hard_failover_helper
master_ip_online_change_script  = /usr/bin/master_ip_online_failover_helper
report_script                   = /usr/bin/master_failover_report

[server1]
hostname            = db10
candidate_master    = 1
check_repl_delay    = 0

[server2]
hostname            = db11
candidate_master    = 1
check_repl_delay    = 0

[server3]
hostname            = db12
no_master           = 1
`;

function read(text: string, globalText?: string) {
  return readApplicationConfig(
    { path: '/etc/mha/app.cnf', text },
    globalText === undefined ? undefined : { path: '/etc/masterha_default.cnf', text: globalText },
  );
}

function problems(text: string, globalText?: string): readonly string[] {
  try {
    read(text, globalText);
  } catch (error) {
    assert.ok(error instanceof ConfigFailure);
    return error.problems;
  }
  return assert.fail('no failure');
}

test('the example of the documentation', () => {
  const scripts = {
    masterIpFailover: '/usr/bin/master_ip_hard_failover_helper',
    masterIpOnlineChange: '/usr/bin/master_ip_online_failover_helper',
    report: '/usr/bin/master_failover_report',
  };
  const server = {
    port: 3306,
    sshPort: 2202,
    sshUser: 'mha_helper',
    user: 'mha_helper',
    password: 'helper',
    replUser: 'replicator',
    replPassword: 'replicator',
    candidateMaster: true,
    noMaster: false,
    ignoreFail: false,
    binlogDirectories: ['/var/log/mysql'],
    remoteWorkdir: '/var/log/mha/test_cluster',
    anyDelay: true,
    scripts,
  };
  assert.deepEqual(read(seedExample), {
    file: '/etc/mha/app.cnf',
    name: 'app',
    servers: [
      { id: 'server1', hostname: 'db10', ...server },
      { id: 'server2', hostname: 'db11', ...server },
      { id: 'server3', hostname: 'db12', ...server, candidateMaster: false, noMaster: true, anyDelay: false },
    ],
    binlogServers: [],
    managerWorkdir: '/var/log/mha/test_cluster',
    managerLog: '/var/log/mha/test_cluster/test_cluster.log',
    scripts,
    warnings: [],
  });
});

test("MHA's defaults", () => {
  const config = read('[server1]\nhostname=db10\n');
  assert.deepEqual(config.servers, [
    {
      id: 'server1',
      hostname: 'db10',
      port: 3306,
      sshPort: 22,
      user: 'root',
      password: '',
      candidateMaster: false,
      noMaster: false,
      ignoreFail: false,
      binlogDirectories: ['/var/lib/mysql', '/var/log/mysql'],
      remoteWorkdir: '/var/tmp',
      anyDelay: false,
      scripts: {},
    },
  ]);
  assert.deepEqual(
    [config.managerWorkdir, config.managerLog, config.sshOptions, config.initConfLoadScript],
    ['/var/tmp', undefined, undefined, undefined],
  );
});

test('global file, application default, server: the nearest counts', () => {
  const config = read(
    '[server default]\nuser=app\nport=3307\n[server1]\nhostname=a\nport=3308\nip=10.0.0.1\nssh_host=adm\n' +
      'ssh_user=ops\n[server2]\nhostname=b\n',
    '[server default]\nuser=global\npassword=p#w\nmanager_log=/g.log\nhostname=not-taken-over\n[whatever]\nx=1\n',
  );
  const [one, two] = config.servers;
  assert.deepEqual(
    [one.user, one.password, one.port, one.ip, one.sshHost, one.sshUser],
    ['app', 'p#w', 3308, '10.0.0.1', 'adm', 'ops'],
  );
  assert.deepEqual(
    [two?.user, two?.password, two?.port, two?.ip, two?.sshHost, two?.sshUser],
    ['app', 'p#w', 3307, undefined, undefined, undefined],
  );
  assert.equal(config.managerLog, '/g.log');
});

test('the hosts of [binlogN], which are no servers', () => {
  const config = read(
    '[server default]\nssh_user=ops\n[server1]\nhostname=a\n[binlog2]\nhostname=c\n[binlog1]\nhostname=b\n' +
      'ssh_port=2202\n[binlog3]\nno_master=1\n',
  );
  assert.deepEqual(
    config.servers.map(({ hostname }) => hostname),
    ['a'],
  );
  assert.deepEqual(
    config.binlogServers.map(({ hostname, sshUser, sshPort }) => [hostname, sshUser, sshPort]),
    [
      ['b', 'ops', 2202],
      ['c', 'ops', 22],
    ],
  );
});

test("the manager takes its own settings from the first server, in MHA's order", () => {
  const config = read(
    '[server10]\nhostname=c\n[server2]\nhostname=b\nmanager_workdir=/two\n[server1]\nhostname=a\n' +
      'manager_workdir=/one\nmanager_log=/one.log\n',
  );
  assert.deepEqual(
    config.servers.map(({ id }) => id),
    ['server1', 'server2', 'server10'],
  );
  assert.deepEqual([config.managerWorkdir, config.managerLog], ['/one', '/one.log']);
  assert.deepEqual(
    read('[server10]\nhostname=c\n[server2]\nhostname=b\n[server_x]\nhostname=a\n').servers.map(({ id }) => id),
    ['server10', 'server2', 'server_x'],
  );
});

test('# belongs to a value, " ; " starts a comment, quotes at the end are stripped', () => {
  const password = (line: string): string => read(`[server1]\nhostname=a\npassword=${line}\n`).servers[0].password;
  assert.equal(password('a#b # c'), 'a#b # c');
  assert.equal(password('a;b ; c'), 'a;b');
  assert.equal(password('a ;b'), 'a ;b');
  assert.equal(password('a=b'), 'a=b');
  assert.equal(password('"a b"'), 'a b');
  assert.equal(password("a'"), 'a');
  assert.equal(password("'a"), "'a");
  assert.equal(password('0'), '0');
  assert.equal(password(''), '');
  assert.equal(read("[server default]\npassword='''a'''\n[server1]\nhostname=a\n").servers[0].password, "'a'");
});

test('binlog servers are known and are no servers; ssh_options hold for all', () => {
  const config = read('[server default]\nssh_options="-i /k"\n[server1]\nhostname=a\n[binlog1]\nhostname=b\n');
  assert.deepEqual([config.servers.length, config.sshOptions], [1, '-i /k']);
  assert.equal(read('[server1]\nhostname=a\nssh_options=-v\n[server2]\nhostname=b\n').sshOptions, '-v');
});

test('candidate_master and the like: 0 and nothing are no', () => {
  const [server] = read('[server1]\nhostname=a\ncandidate_master=0\nno_master=\nignore_fail=1\n').servers;
  assert.deepEqual([server.candidateMaster, server.noMaster, server.ignoreFail], [false, false, true]);
});

test('a program that changes the defaults is named', () => {
  assert.equal(
    read('[server default]\ninit_conf_load_script=/bin/secrets\n[server1]\nhostname=a\n').initConfLoadScript,
    '/bin/secrets',
  );
});

test('everything that stops MHA, with its line', () => {
  assert.deepEqual(
    problems(
      'user=x\n[server default]\nusr=x\npassword: se=cret\nnonsense secret\n[db10]\nhostname=a\n[server1]\n' +
        '[server2]\nhostname=b\nport=0\nssh_port=\n',
    ),
    [
      '/etc/mha/app.cnf:1: user stands before any block; is [server default] missing above it?',
      '/etc/mha/app.cnf:3: [server default] MHA has no parameter usr',
      '/etc/mha/app.cnf:4: [server default] MHA has no such parameter; a line must be parameter=value',
      '/etc/mha/app.cnf:5: the line is neither [block] nor parameter=value nor a comment',
      '/etc/mha/app.cnf:6: [db10] must be [server default] or begin with server or binlog, for instance [server1]',
      '/etc/mha/app.cnf:8: [server1] has no hostname',
      '/etc/mha/app.cnf:11: [server2] port = 0: must be a port from 1 to 65535',
      '/etc/mha/app.cnf:12: [server2] ssh_port = (empty): must be a port from 1 to 65535',
    ],
  );
  assert.deepEqual(problems('[server default]\n'), [
    '/etc/mha/app.cnf: there is no block for a server, for instance [server1]',
  ]);
  assert.deepEqual(problems('[server1]\nhostname=a\n', '[server default]\nusr=1\n'), [
    '/etc/masterha_default.cnf:2: [server default] MHA has no parameter usr',
  ]);
  assert.deepEqual(
    problems('\uFEFF[server1]\nhostname=a\n')[0],
    '/etc/mha/app.cnf:1: the file begins with a byte order mark, which MHA cannot read; save it without',
  );
});

test('a server twice', () => {
  assert.deepEqual(problems('[server1]\nhostname=a\n[server2]\nhostname=A\n[server3]\nhostname=a\nport=3307\n'), [
    '/etc/mha/app.cnf:3: [server2] is the same server as [server1] in line 1: a port 3306',
  ]);
});

test('duplicates and values that are not UTF-8 are warnings', () => {
  assert.deepEqual(read('[server1]\nhostname=a\nhostname=b\n[server1]\npassword=\uFFFD\n# \uFFFD\n').warnings, [
    '/etc/mha/app.cnf:3: [server1] hostname is set in line 2 already: the later value counts',
    '/etc/mha/app.cnf:4: [server1] stands in line 1 already: MHA reads both as one block, and the later value counts',
    '/etc/mha/app.cnf:5: [server1] the value of password is not valid UTF-8: it may be read otherwise than MHA ' +
      'reads it',
  ]);
});

test('the name of the application', () => {
  assert.deepEqual(
    ['/etc/mha/app.cnf', 'app.cnf', '/etc/a.b/test.cluster.cnf', '/etc/mha/app', '/etc/mha/.cnf'].map(applicationName),
    ['app', 'app', 'test.cluster', 'app', '/etc/mha/.cnf'],
  );
});

test('both files are read; the global one may be missing', async () => {
  const files = filesOf('/etc', {
    'app.cnf': '[server1]\nhostname=a\n',
    'g.cnf': '[server default]\nuser=g\n',
    'bad.cnf': errno('EACCES'),
  });
  assert.equal((await loadApplicationConfig('/etc/app.cnf', files)).servers[0].user, 'root');
  assert.equal((await loadApplicationConfig('/etc/app.cnf', files, '/etc/g.cnf')).servers[0].user, 'g');
  await assert.rejects(loadApplicationConfig('/etc/app.cnf', files, '/etc/bad.cnf'), {
    message: "cannot read MHA's configuration file /etc/bad.cnf: permission denied",
  });
  await assert.rejects(loadApplicationConfig('/etc/none.cnf', files), {
    message: "cannot read MHA's configuration file /etc/none.cnf: there is no such file or directory",
  });
});

const perl = ['-I/usr/share/perl5', '-MMHA::Config', '-MJSON::PP'];
const hasMha = spawnSync('perl', [...perl, '-e', '1']).status === 0;

test(
  'the real MHA reads the same',
  { skip: hasMha ? false : 'MHA::Config IS NOT INSTALLED: the reader is not checked against MHA itself' },
  () => {
    const globalText =
      "[server default]\nuser = \"glob'al\"\npassword='''x'''\nssh_port=2222\nmanager_workdir=/g # not a comment\n";
    const text =
      "# c\n  ; c\n[ server default ]\n  password = a#b\"c'' ; comment\nport =3307\r\nuser=\nmanager_log=/l.log " +
      ';x\n[server10]\nhostname=10.0.0.3\nuser="0"\npassword=0\n' +
      "[server2]\nhostname=10.0.0.2\nport=3310\ncandidate_master=0\nssh_user='ops'\nssh_port=22\n[server1]\n" +
      'hostname=10.0.0.1\nno_master=1\nignore_fail=1\npassword="\n[binlog1]\nhostname=10.0.0.4\n';
    const directory = mkdtempSync(join(tmpdir(), 'mha-helper-'));
    try {
      const [path, globalPath] = [join(directory, 'app.cnf'), join(directory, 'global.cnf')];
      writeFileSync(path, text);
      writeFileSync(globalPath, globalText);
      const program =
        'my ($s) = MHA::Config->new(file => $ARGV[0], globalfile => $ARGV[1])->read_config(); ' +
        'print encode_json([map { my $h = $_; [map { defined $h->{$_} ? "$h->{$_}" : "" } qw(id hostname port ' +
        'ssh_port user password candidate_master no_master ignore_fail manager_workdir manager_log)] } @$s])';
      const run = spawnSync('perl', [...perl, '-e', program, path, globalPath], { encoding: 'utf8' });
      assert.equal(run.stderr, '');
      const theirs = JSON.parse(run.stdout) as string[][];
      const config = readApplicationConfig({ path, text }, { path: globalPath, text: globalText });
      const flag = (value: boolean): string => (value ? '1' : '0');
      assert.deepEqual(
        config.servers.map((server) => [
          server.id,
          server.hostname,
          String(server.port),
          String(server.sshPort),
          server.user,
          server.password,
          flag(server.candidateMaster),
          flag(server.noMaster),
          flag(server.ignoreFail),
        ]),
        theirs.map((row) => row.slice(0, 9)),
      );
      assert.deepEqual([config.managerWorkdir, config.managerLog], theirs[0]?.slice(9));
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
