import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { hooksOf, programLines, programsOf } from '../../../../src/procedures/check/checkPrograms.ts';

const text = [
  '[server default]',
  'master_ip_failover_script=/usr/bin/master_ip_hard_failover_helper --x',
  'master_ip_online_change_script=/usr/bin/master_ip_online_failover_helper',
  'report_script=/usr/bin/master_failover_report',
  '[server1]',
  'hostname=db10',
  'user=u',
  'password=p',
  '',
].join('\n');
const app = readApplicationConfig({ path: '/etc/mha/a.cnf', text });
const bare = { ...app, scripts: {} };
const lines = (missing: readonly string[], one = app): readonly string[] =>
  programLines({ app: one, hooks: hooksOf(one), missing }).map((line) => `${line.severity}: ${line.text}`);

test('all is there', () => {
  assert.deepEqual(lines([]), [
    'ok: MHA and ssh are installed',
    'ok: the programs that MHA calls are here: /usr/bin/master_ip_hard_failover_helper, ' +
      '/usr/bin/master_ip_online_failover_helper, /usr/bin/master_failover_report',
  ]);
});

test("one of MHA's programs is missing", () => {
  assert.equal(lines(['masterha_stop', 'ssh'])[0], 'error: no masterha_stop, no ssh in PATH');
});

test('one of two clients is enough', () => {
  assert.ok(!lines(['mysql']).some((line) => line.startsWith('warning')));
  assert.match(lines(['mysql', 'mariadb'])[1] ?? '', /^warning: no mysql or mariadb in PATH: with GTID/);
});

test('a hook that is not here would stop MHA half-way', () => {
  assert.match(
    lines(['/usr/bin/master_failover_report'])[1] ?? '',
    /^error: \/etc\/mha\/a\.cnf names .*_report, which/,
  );
});

test('a secondary check or a shutdown script that is not here; a shell word is nobody to look for', () => {
  const more = (script: string, value: string): typeof app =>
    readApplicationConfig({ path: app.file, text: text.replace('[server1]', `${script}=${value}\n[server1]`) });
  const typo = more('secondary_check_script', 'masterha_secondary_check-s db11 -s db12');
  assert.match(
    lines(['masterha_secondary_check-s'], typo)[2] ?? '',
    /^error: secondary_check_script in .* names masterha_secondary_check-s, which is not here: .*never fail over$/,
  );
  const gone = more('shutdown_script', '/usr/local/bin/power_off');
  assert.match(lines(['/usr/local/bin/power_off'], gone)[2] ?? '', /^error: shutdown_script in .*would not start$/);
  assert.deepEqual(programsOf(more('secondary_check_script', 'A=b check'), 'secondaryCheck'), []);
});

test('without its scripts: two errors and a warning', () => {
  const said = lines([], bare);
  assert.deepEqual(
    said.map((line) => line.split(':')[0]),
    ['ok', 'error', 'error', 'warning'],
  );
  assert.match(said[3] ?? '', /has no report_script/);
});
