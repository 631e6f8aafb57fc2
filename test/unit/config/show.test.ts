import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showSettings, shownHost } from '../../../src/config/show.ts';
import { readCluster } from '../../../src/config/validate.ts';
import { seedExample } from './fixtures.ts';

test('every option in force, with its origin', () => {
  const hosts = readCluster('/etc/mha-helper/test_cluster.conf', seedExample).cluster?.hosts ?? [];
  const shown = showSettings(hosts);
  assert.equal(
    shown.split('\n\n')[0],
    `db10 (cluster test_cluster)
  vip_type               = metal              [default], /etc/mha-helper/test_cluster.conf:3
  writer_vip_cidr        = 192.168.10.155/24  [default], /etc/mha-helper/test_cluster.conf:4
  cluster_interface      = eth10              host section, /etc/mha-helper/test_cluster.conf:10
  requires_sudo          = yes                [default], /etc/mha-helper/test_cluster.conf:2
  requires_arping        = yes                default
  freeze_connections     = yes                default
  super_read_only        = no                 default
  kill_after_timeout     = 5                  default
  drain_idle_sessions    = no                 default
  detection              = pings              default
  unreachable_master     = continue           default
  unknown_holder         = refuse             default
  move_events            = yes                default
  give_back              = yes                default
  witness_command        =                    not set
  before_switch_command  =                    not set
  after_switch_command   =                    not set
  switch_command_timeout = 60                 default
  notify_command         =                    not set
  watch_interval         = 10                 default
  max_replication_lag    = 300                default
  auto_rejoin            = no                 default
  fence_command          =                    not set
  connect_timeout        = 5                  default
  step_timeout           = 10                 default
  run_timeout            = 120                default
  report_email           = me@ovaistariq.net  [default], /etc/mha-helper/test_cluster.conf:6
  smtp_host              = localhost          [default], /etc/mha-helper/test_cluster.conf:7
  report_from            =                    not set
  smtp_security          = opportunistic      default
  smtp_ca_file           =                    not set
  smtp_user              =                    not set
  smtp_password          =                    not set
  smtp_password_file     =                    not set
  last_failover_minute   = 60                 default
  journal_days           = 90                 default
  journal_size           = 256                default
  mysql_tls              = opportunistic      default
  mysql_ca_file          =                    not set
  mysql_cert_file        =                    not set
  mysql_key_file         =                    not set
  ha_endpoints           =                    not set
  ha_ca_file             =                    not set
  ha_cert_file           =                    not set
  ha_key_file            =                    not set
  ha_user                =                    not set
  ha_password            =                    not set
  ha_password_file       =                    not set
  ha_prefix              = /mha/v1/           default
  ha_manager             =                    not set
  ha_ttl                 = 10                 default
  ha_agree               = others             default`,
  );
  assert.deepEqual(
    shown.split('\n').filter((line) => line.startsWith('db')),
    ['db10 (cluster test_cluster)', 'db11 (cluster test_cluster)', 'db12 (cluster test_cluster)'],
  );
});

test('lists, continued values, and options that a host unsets', () => {
  const text =
    '[default]\nreport_from = a@b\n[db10]\nreport_email = a@b,c@d\nfence_command = one\n two\nreport_from =\n';
  const shown = showSettings(readCluster('/f.conf', text).cluster?.hosts ?? []);
  assert.match(shown, /report_email +[=] a@b, c@d +host section, \/f\.conf:4\n/);
  assert.match(shown, /fence_command +[=] one\\ntwo +host section, \/f\.conf:5\n/);
  assert.match(shown, /report_from +[=] +host section, \/f\.conf:7\n/);
});

test('a password is shown nowhere, whatever is wrong with its line', () => {
  const secret = 'hunter2';
  const shown = showSettings(
    readCluster('/f.conf', `[default]\nsmtp_user = mha\nsmtp_password = ${secret}\n[db10]\n`).cluster?.hosts ?? [],
  );
  assert.match(shown, /smtp_password +[=] \(not shown\) +\[default\], \/f\.conf:3$/m);
  assert.ok(!shown.includes(secret));
  for (const line of [
    `smtp_password ${secret}`,
    `smtp_password = ${secret}\n and ${secret}`,
    `smtp_password = "${secret} ;x`,
    `smtp_password = x\n a = ${secret}`,
    `smtp_pasword = ${secret}`,
  ]) {
    for (const head of ['[default]\n', '']) {
      const { problems, warnings } = readCluster('/f.conf', `${head}${line}\n[db10]\n`);
      assert.ok(problems.length + warnings.length > 0, line);
      assert.ok(!JSON.stringify([problems, warnings]).includes(secret), JSON.stringify([problems, warnings]));
    }
  }
});

test('for programs: the values as text, where each is from, and no password', () => {
  const text = '[default]\nreport_from = a@b\nsmtp_user = mha\nsmtp_password = hunter2\n[db10]\nmove_events = no\n';
  const [host] = (readCluster('/c.conf', text).cluster?.hosts ?? []).map(shownHost);
  assert.deepEqual([host?.host, host?.cluster, host?.file], ['db10', 'c', '/c.conf']);
  assert.deepEqual(host?.options['move_events'], { value: 'no', from: 'host section', line: 6 });
  assert.deepEqual(host?.options['report_from'], { value: 'a@b', from: '[default]', line: 2 });
  assert.deepEqual(host?.options['smtp_password'], { value: '(not shown)', from: '[default]', line: 4 });
  assert.deepEqual(host?.options['connect_timeout'], { value: '5', from: 'default', line: null });
  assert.deepEqual(host?.options['fence_command'], { value: null, from: 'default', line: null });
});
