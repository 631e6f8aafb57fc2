import assert from 'node:assert/strict';
import { test } from 'node:test';
import { options, type OptionName } from '../../../src/config/options.ts';
import { configFailure, problemLine } from '../../../src/config/problems.ts';
import { readCluster } from '../../../src/config/validate.ts';
import { seedExample } from './fixtures.ts';

const file = '/etc/mha-helper/test_cluster.conf';
const base = '[default]\nvip_type = metal\nwriter_vip_cidr = 192.168.10.155/24\ncluster_interface = eth1\n';

function problems(text: string): string[] {
  return readCluster(file, text).problems.map((problem) => problemLine('F', problem));
}

function warnings(text: string): string[] {
  const { warnings: found, problems: wrong } = readCluster(file, text);
  assert.deepEqual(wrong, []);
  return found.map((warning) => problemLine('F', warning));
}

function host(text: string, name: string) {
  const reading = readCluster(file, text);
  assert.deepEqual(reading.problems, []);
  const found = reading.cluster?.hosts.find((candidate) => candidate.host === name);
  assert.ok(found);
  return found;
}

test('the example of the documentation', () => {
  const db10 = host(seedExample, 'db10');
  const forAll = (set: Readonly<Record<OptionName, unknown>>): unknown =>
    Object.fromEntries(Object.entries(set).filter(([name]) => options[name as OptionName].provider === undefined));
  assert.deepEqual(
    { ...db10, options: forAll(db10.options), origins: forAll(db10.origins) },
    {
      cluster: 'test_cluster',
      file,
      host: 'db10',
      options: {
        vip_type: 'metal',
        writer_vip_cidr: { address: '192.168.10.155', prefix: 24, family: 4 },
        cluster_interface: 'eth10',
        requires_sudo: true,
        requires_arping: true,
        freeze_connections: true,
        super_read_only: false,
        kill_after_timeout: 5,
        drain_idle_sessions: false,
        detection: 'pings',
        unreachable_master: 'continue',
        unknown_holder: 'refuse',
        move_events: true,
        give_back: true,
        witness_command: undefined,
        before_switch_command: undefined,
        after_switch_command: undefined,
        switch_command_timeout: 60,
        notify_command: undefined,
        watch_interval: 10,
        max_replication_lag: 300,
        auto_rejoin: false,
        fence_command: undefined,
        connect_timeout: 5,
        step_timeout: 10,
        run_timeout: 120,
        report_email: ['me@ovaistariq.net'],
        smtp_host: 'localhost',
        report_from: undefined,
        smtp_security: 'opportunistic',
        smtp_ca_file: undefined,
        smtp_user: undefined,
        smtp_password: undefined,
        smtp_password_file: undefined,
        last_failover_minute: 60,
        journal_days: 90,
        journal_size: 256,
        mysql_tls: 'opportunistic',
        mysql_ca_file: undefined,
        mysql_cert_file: undefined,
        mysql_key_file: undefined,
        ha_endpoints: undefined,
        ha_ca_file: undefined,
        ha_cert_file: undefined,
        ha_key_file: undefined,
        ha_user: undefined,
        ha_password: undefined,
        ha_password_file: undefined,
        ha_prefix: '/mha/v1/',
        ha_manager: undefined,
        ha_ttl: 10,
        ha_agree: 'others',
      },
      origins: {
        vip_type: '[default]',
        writer_vip_cidr: '[default]',
        cluster_interface: 'host section',
        requires_sudo: '[default]',
        requires_arping: 'default',
        freeze_connections: 'default',
        super_read_only: 'default',
        kill_after_timeout: 'default',
        drain_idle_sessions: 'default',
        detection: 'default',
        unreachable_master: 'default',
        unknown_holder: 'default',
        move_events: 'default',
        give_back: 'default',
        witness_command: 'default',
        before_switch_command: 'default',
        after_switch_command: 'default',
        switch_command_timeout: 'default',
        notify_command: 'default',
        watch_interval: 'default',
        max_replication_lag: 'default',
        auto_rejoin: 'default',
        fence_command: 'default',
        connect_timeout: 'default',
        step_timeout: 'default',
        run_timeout: 'default',
        report_email: '[default]',
        smtp_host: '[default]',
        report_from: 'default',
        smtp_security: 'default',
        smtp_ca_file: 'default',
        smtp_user: 'default',
        smtp_password: 'default',
        smtp_password_file: 'default',
        last_failover_minute: 'default',
        journal_days: 'default',
        journal_size: 'default',
        mysql_tls: 'default',
        mysql_ca_file: 'default',
        mysql_cert_file: 'default',
        mysql_key_file: 'default',
        ha_endpoints: 'default',
        ha_ca_file: 'default',
        ha_cert_file: 'default',
        ha_key_file: 'default',
        ha_user: 'default',
        ha_password: 'default',
        ha_password_file: 'default',
        ha_prefix: 'default',
        ha_manager: 'default',
        ha_ttl: 'default',
        ha_agree: 'default',
      },
      lines: {
        requires_sudo: 2,
        vip_type: 3,
        writer_vip_cidr: 4,
        cluster_interface: 10,
        report_email: 6,
        smtp_host: 7,
      },
    },
  );
  assert.equal(host(seedExample, 'db11').options.cluster_interface, 'eth1');
  const db12 = host(seedExample, 'db12').options;
  assert.deepEqual(
    [db12.report_email, db12.smtp_host, db12.requires_sudo],
    [['notify@host-db12.com'], 'localhost2', false],
  );
  assert.deepEqual(warnings(seedExample), []);
});

test('an empty [default] and no [default] are fine', () => {
  assert.equal(host('[default]\n[db10]\n', 'db10').options.vip_type, 'none');
  assert.equal(host('[db10]\n', 'db10').options.run_timeout, 120);
});

test('yes and no in all their forms', () => {
  for (const yes of ['yes', 'Yes', 'true', 'on', '1'])
    assert.equal(host(`[a]\nrequires_sudo = ${yes}\n`, 'a').options.requires_sudo, true);
  for (const no of ['no', 'NO', 'false', 'off', '0'])
    assert.equal(host(`[a]\nrequires_sudo = ${no}\n`, 'a').options.requires_sudo, false);
});

test('all problems of a file at once: line, section, option, value and what is allowed', () => {
  const text =
    '[default]\nvip_type = gcp\nrequires_sudo = maybe\nkill_after_timeout = soon\nconnect_timeout = 0\n[db10]\n' +
    'writer_vip_cidr = 10.0.0.5\n' +
    'cluster_interface = eth0;reboot\nreport_email = me\nsmtp_host = mail:99999\nunreachable_master = panic\n' +
    'step_timeout = 3601\n';
  assert.deepEqual(problems(text), [
    'F:2: [default] vip_type = gcp: must be none, metal, aws, openstack or command',
    'F:3: [default] requires_sudo = maybe: must be yes or no (also true/false, on/off, 1/0)',
    'F:4: [default] kill_after_timeout = soon: must be a whole number of seconds from 0 to 3600',
    'F:5: [default] connect_timeout = 0: must be a whole number of seconds from 1 to 3600',
    'F:7: [db10] writer_vip_cidr = 10.0.0.5: must be an IPv4 or IPv6 address with prefix length, for instance ' +
      '192.168.10.155/24',
    'F:8: [db10] cluster_interface = eth0;reboot: must be a network interface name of at most 15 characters, for ' +
      'instance eth1 (eth1:1 means eth1)',
    'F:9: [db10] report_email = me: must be one or more mail addresses, separated by commas',
    'F:10: [db10] smtp_host = mail:99999: must be a host name or address, with :port when it is not 25',
    'F:11: [db10] unreachable_master = panic: must be continue, abort or fence',
    'F:12: [db10] step_timeout = 3601: must be a whole number of seconds from 1 to 3600',
  ]);
});

test('what each provider needs is asked for, in one go', () => {
  assert.deepEqual(
    problems(
      '[default]\nvip_type = aws\n[a]\naws_method = private-ip\n[b]\naws_method = route-table\ncluster_interface ' +
        '= eth0\nwriter_vip_cidr = 10.99.0.5/32\n[c]\n',
    ),
    [
      'F:2: vip_type = aws needs writer_vip_cidr, which is not set for a, c',
      'F:2: vip_type = aws needs aws_method, which is not set for c',
      'F:4: aws_method = private-ip needs cluster_interface, which is not set for a',
      'F:6: aws_method = route-table needs aws_route_table_ids, which is not set for b',
      'F:6: aws_method: all hosts of a cluster must have the same, but there are private-ip (a); route-table (b)',
    ],
  );
  assert.deepEqual(problems('[a]\nvip_type = command\nvip_release_command = x\n'), [
    'F:2: vip_type = command needs vip_assign_command, which is not set for a',
    'F:2: vip_type = command needs vip_status_command, which is not set for a',
  ]);
  assert.deepEqual(problems('[a]\nvip_type = aws\naws_method = elastic-ip\nwriter_vip_cidr = 2001:db8::5/128\n'), [
    'F:4: writer_vip_cidr: with vip_type = aws it must be an IPv4 address, for a',
  ]);
});

test('an option of another provider is a warning', () => {
  assert.deepEqual(warnings(`${base}aws_region = eu-west-1\n[a]\n[b]\n`), [
    'F:5: aws_region is not looked at for a, b: vip_type is not aws there',
  ]);
});

test('other values are simply wrong', () => {
  assert.deepEqual(problems('[a]\nvip_type = azure\n'), [
    'F:2: [a] vip_type = azure: must be none, metal, aws, openstack or command',
  ]);
  assert.equal(host('[a]\nvip_type = None\n', 'a').options.vip_type, 'none');
});

test('a # after a value is no comment, and the message says what is', () => {
  assert.deepEqual(problems('[a]\nrequires_sudo = yes # always\n'), [
    'F:2: [a] requires_sudo = yes # always: must be yes or no (also true/false, on/off, 1/0); a comment after a ' +
      "value begins with ' ;', not with #",
  ]);
});

test('a value that continues on the next line is shown in one', () => {
  assert.deepEqual(problems('[a]\nrequires_sudo = yes\n  vip_type = none\n'), [
    'F:2: [a] requires_sudo = yes\\nvip_type = none: must be yes or no (also true/false, on/off, 1/0)',
  ]);
});

test('an empty value unsets an option without a default, and is wrong for others', () => {
  assert.equal(host('[default]\nreport_email = a@b\n[a]\nreport_email =\n', 'a').options.report_email, undefined);
  assert.equal(host('[default]\nreport_email = a@b\n[a]\nreport_email =\n', 'a').origins.report_email, 'host section');
  assert.deepEqual(problems('[a]\nsmtp_host =\n'), [
    'F:2: [a] smtp_host = (empty): must be a host name or address, with :port when it is not 25',
  ]);
});

test('what a provider needs', () => {
  assert.deepEqual(problems('[default]\nvip_type = metal\n[db10]\n[db11]\ncluster_interface = eth1\n'), [
    'F:2: vip_type = metal needs writer_vip_cidr, which is not set for db10, db11',
    'F:2: vip_type = metal needs cluster_interface, which is not set for db10',
  ]);
  assert.deepEqual(problems(`${base}[db10]\ncluster_interface =\n`), [
    'F:2: vip_type = metal needs cluster_interface, which is not set for db10',
  ]);
});

test('a mail login needs both halves, and what weakens it is said', () => {
  assert.deepEqual(problems('[default]\nsmtp_user = mha\n[db10]\n'), [
    'F:2: smtp_user = mha needs smtp_password, which is not set for db10',
  ]);
  assert.deepEqual(problems('[default]\nsmtp_security = ssl\nsmtp_ca_file = ca.pem\n[db10]\n'), [
    'F:2: [default] smtp_security = ssl: must be none, opportunistic, starttls or tls',
    'F:3: [default] smtp_ca_file = ca.pem: must be the full path of a file',
  ]);
  assert.deepEqual(
    warnings('[default]\nsmtp_security = none\nsmtp_ca_file = /ca.pem\nsmtp_user = mha\nsmtp_password = x\n[db10]\n')
      .length,
    2,
  );
  assert.deepEqual(
    warnings('[default]\nsmtp_security = tls\nsmtp_ca_file = /ca.pem\nsmtp_user = mha\nsmtp_password = x\n[db10]\n'),
    [],
  );
});

test('unreachable_master = fence needs a command', () => {
  assert.deepEqual(problems('[default]\n[db10]\nunreachable_master = fence\n[db11]\n'), [
    'F:3: unreachable_master = fence needs fence_command, which is not set for db10',
  ]);
});

test('a bad value is not reported as missing too', () => {
  assert.deepEqual(
    problems('[default]\nvip_type = metal\nwriter_vip_cidr = x\ncluster_interface = eth1\n[db10]\n').length,
    1,
  );
  assert.deepEqual(problems('[default]\nvip_type = gcp\n[db10]\n').length, 1);
});

test('two writer addresses are an error, two prefix lengths are not', () => {
  assert.deepEqual(problems(`${base}[db10]\n[db11]\n[db12]\nwriter_vip_cidr = 192.168.10.156/24\n`), [
    'F:8: writer_vip_cidr: all hosts of a cluster must have the same writer address, but there are 192.168.10.155 ' +
      '(db10, db11), 192.168.10.156 (db12)',
  ]);
  assert.deepEqual(problems(`${base}[db10]\n[db11]\nwriter_vip_cidr = 192.168.10.155/32\n`), []);
  assert.deepEqual(problems(`${base}[db10]\n[db11]\nvip_type = none\nwriter_vip_cidr = 192.168.10.156/24\n`), []);
});

test('an IPv6 writer address is the same in whatever form it is written', () => {
  const text =
    '[default]\nvip_type = metal\ncluster_interface = eth1\nwriter_vip_cidr = FD00:0:0:0::00a5/64\n[db10]\n' +
    '[db11]\nwriter_vip_cidr = fd00::a5/64\n';
  assert.deepEqual(problems(text), []);
  assert.deepEqual(host(text, 'db10').options.writer_vip_cidr, { address: 'fd00::a5', prefix: 64, family: 6 });
});

test('addresses that no host can have', () => {
  const network = (bits: number) =>
    `is the network's own address, must be that of a host; is the part after / meant to be ${bits}?`;
  const special = 'must be the address of a host, not an unspecified, loopback or multicast one';
  const broadcast = "is the network's broadcast address, must be that of a host";
  for (const [cidr, why] of [
    ['192.168.10.0/24', network(32)],
    ['192.168.10.255/24', broadcast],
    ['10.0.0.0/30', network(32)],
    ['10.0.0.3/30', broadcast],
    ['0.0.0.0/32', special],
    ['127.0.0.1/8', special],
    ['224.0.0.1/24', special],
    ['255.255.255.255/32', special],
    ['::/64', special],
    ['::1/128', special],
    ['ff02::1/64', special],
    ['fd00:1::/64', network(128)],
  ])
    assert.deepEqual(problems(`[a]\nvip_type = metal\ncluster_interface = eth0\nwriter_vip_cidr = ${cidr ?? ''}\n`), [
      `F:4: [a] writer_vip_cidr = ${cidr ?? ''}: ${why ?? ''}`,
    ]);
  for (const cidr of [
    '10.0.0.0/31',
    '10.0.0.1/31',
    '10.0.0.0/32',
    '10.0.1.0/16',
    '10.0.0.255/16',
    'fd00::/127',
    'fd00::/128',
    'fd00::ffff/64',
    '::ffff:10.0.0.1/128',
  ]) {
    const metal = '[a]\nvip_type = metal\ncluster_interface = eth0\n';
    assert.deepEqual(problems(`${metal}writer_vip_cidr = ${cidr}\n`), [], cidr);
  }
});

test('an alias of old is its interface', () => {
  const { options: read } = host(`${base}[db10]\ncluster_interface = eth10:1\n`, 'db10');
  assert.equal(read.cluster_interface, 'eth10');
  assert.match(
    problems(`${base}[db10]\ncluster_interface = eth1:1:2\n`)[0] ?? '',
    /cluster_interface = eth1:1:2: must/,
  );
});

test('what nothing uses is a warning', () => {
  assert.deepEqual(warnings('[default]\nvip_type = none\nwriter_vip_cidr = none\n[a]\n'), [
    'F:3: [default] writer_vip_cidr = none: must be an IPv4 or IPv6 address with prefix length, for instance ' +
      '192.168.10.155/24; it is not looked at',
  ]);
  assert.equal(problems('[default]\nwriter_vip_cidr = none\n[a]\nvip_type = metal\ncluster_interface = e\n').length, 1);
  assert.deepEqual(warnings('# caf\uFFFD\n[a]\nrequires_sudo = yes ; \uFFFD\n'), [
    'F:1: the line is not valid UTF-8',
    'F:3: the line is not valid UTF-8',
  ]);
  assert.deepEqual(problems('[a]\nreport_email = caf\uFFFD@example.com\n'), ['F:2: the line is not valid UTF-8']);
});

test('a file of before 2015 asks for an address that it would not get', () => {
  assert.match(
    problems('[default]\nmanage_vip = yes\nwriter_vip = 192.168.10.155\n[a]\n')[0] ?? '',
    /^F:3: \[default\] writer_vip is an option of before 2015, .*writer_vip_cidr \(192\.168\.10\.155\/24\)/,
  );
  assert.deepEqual(problems('[default]\nmanage_vip = no\nwriter_vip = 192.168.10.155\n[a]\n'), []);
  assert.deepEqual(problems(`${base}manage_vip = yes\n[a]\n`), []);
});

test('one sender', () => {
  assert.deepEqual(problems('[a]\nreport_from = a@b, c@d\n'), [
    'F:2: [a] report_from = a@b, c@d: must be one mail address',
  ]);
});

test('an unknown option is a warning, with the nearest name', () => {
  assert.deepEqual(
    warnings('[default]\nsmtp_hots = x\n[db10]\nrequire_sudo = yes\ncolour = red\n__proto__ = 1\ntostring = 1\n'),
    [
      'F:2: [default] unknown option smtp_hots is ignored; did you mean smtp_host?',
      'F:4: [db10] unknown option require_sudo is ignored; did you mean requires_sudo?',
      'F:5: [db10] unknown option colour is ignored',
      'F:6: [db10] unknown option __proto__ is ignored',
      'F:7: [db10] unknown option tostring is ignored',
    ],
  );
});

test('an option of the whole cluster in a section of a host', () => {
  const option = options.run_timeout as { perHost: boolean };
  option.perHost = false;
  try {
    assert.deepEqual(problems('[default]\nrun_timeout = 60\n[db10]\nrun_timeout = 60\n'), [
      'F:4: [db10] run_timeout: it holds for the whole cluster and can only stand in [default]',
    ]);
  } finally {
    option.perHost = true;
  }
});

test('no host at all', () => {
  const text =
    "F: there is no section for a host; each host of the cluster needs one, named as in MHA's configuration, for " +
    'instance [db10]';
  assert.deepEqual(problems(''), [text]);
  assert.deepEqual(problems('[default]\nvip_type = none\n'), [text]);
});

test('a section that is no host is ignored, aloud', () => {
  assert.deepEqual(warnings('[server default]\nvip_type = aws\n[db10]\n[db11,db12]\n[-x]\n'), [
    'F:1: [server default] is not a host name and is ignored',
    'F:4: [db11,db12] is not a host name and is ignored',
    'F:5: [-x] is not a host name and is ignored',
  ]);
});

test('settings that work, but not as they are meant', () => {
  assert.deepEqual(warnings(`${base}kill_after_timeout = 120\n[db10]\n[db11]\nvip_type = none\n`), [
    'F:5: kill_after_timeout is not less than run_timeout for db10, db11: a planned switch that has to wait for ' +
      'sessions fails before it terminates them',
    'F:8: vip_type is none for db11 but not for db10: the writer address will not be removed from or added to a ' +
      'host with none',
  ]);
  assert.deepEqual(warnings(`${base}run_timeout = 10\n[db10]\n[db11]\nrun_timeout = 11\n`), [
    'F:5: step_timeout is not less than run_timeout for db10: one step that hangs uses up the time of the whole call',
  ]);
});

test('a Failure of one line, in the order of the lines', () => {
  const one = readCluster(file, '[db10]\nvip_type = x\n');
  assert.equal(
    configFailure(file, one.problems).message,
    '/etc/mha-helper/test_cluster.conf:2: [db10] vip_type = x: must be none, metal, aws, openstack or command',
  );
  const three = configFailure(file, readCluster(file, '[db10]\nvip_type = x\nnonsense\nrequires_sudo = x\n').problems);
  assert.equal(
    three.message,
    '3 problems in /etc/mha-helper/test_cluster.conf: line 2: [db10] vip_type = x: must be none, metal, aws, ' +
      'openstack or command; ' +
      "line 3: 'nonsense' is neither [HOST] nor option = value nor a comment; line 4: [db10] requires_sudo = x: " +
      'must be yes or no (also true/false, on/off, 1/0)',
  );
  assert.deepEqual([three.kind, three.exitCode, three.problems.length], ['config', 3, 3]);
  assert.equal(
    three.problems[1],
    "/etc/mha-helper/test_cluster.conf:3: 'nonsense' is neither [HOST] nor option = value nor a comment",
  );
});
