// Every command line of the documents is one that the program takes, and a test runs it, or the page says why none
// does.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandProblems, commandsOf } from '../../documents/commandProblems.ts';
import { falseClaims, stageOf } from '../../documents/coverage.ts';
import { readMarkdown } from '../../documents/markdown.ts';
import { documentPages, type Page } from '../../documents/pages.ts';
import { shellCommands } from '../../documents/shellLines.ts';

for (const page of documentPages()) {
  test(`${page.path}: its command lines`, async () => {
    assert.deepEqual(await commandProblems(page), []);
  });
}

test('the tests that run lines of the documents are there', () => {
  assert.deepEqual(falseClaims(), []);
});

function planted(...lines: readonly string[]): Page {
  const text = ['# A page', '', ...lines, ''].join('\n');
  return { path: 'planted.md', text, markdown: readMarkdown(text) };
}
const fence = (info: string, ...lines: readonly string[]): string[] => [`\`\`\`${info}`, ...lines, '```'];
const problems = (...lines: readonly string[]): Promise<readonly string[]> => commandProblems(planted(...lines));

describe('a page is refused for', () => {
  const refused: readonly (readonly [what: string, lines: readonly string[], why: RegExp])[] = [
    ['a command that nobody has', fence('sh', 'mha-helper chekc'), /:4: mha-helper chekc: there is no command/],
    [
      'an option that nobody has',
      fence('sh', 'mha-helper check --quik'),
      /mha-helper check --quik: Unsupported option name \("--quik"\)/,
    ],
    ['an argument that is missing', fence('sh', 'mha-helper vip assign -c /etc/mha/a.conf'), /vip assign/],
    [
      'a command by a symlink that does not fit',
      fence('sh', 'mysql_failover -d db10 --config /etc/mha/a.conf'),
      /Unsupported option name/,
    ],
    ['a program that is not one of MHA', fence('sh', 'mha-helper mha masterha_check'), /not one of MHA's programs/],
    [
      'the same behind sudo, a variable and a pipe',
      fence('sh not-run: on the manager only', 'sudo -u mha env true', 'A=b sudo -u mha mha-helper vip list | less'),
      /:5: mha-helper vip list: there is no command "vip list"/,
    ],
    ['a target of make that is gone', fence('sh', 'make lint demonstration'), /no target demonstration/],
    [
      'a unit that is not there',
      fence('sh not-run: needs systemd', 'systemctl enable --now mha-helper-manager'),
      /no unit mha-helper-manager\.service/,
    ],
    ['a line that no test runs', fence('sh', 'ssh-keyscan db10'), /ssh-keyscan db10: no test runs it/],
    ['a line of ours that no test runs', fence('sh', 'mha-helper vip release db11 --force -c FILE'), /no test runs it/],
    ['a fence without a language', fence('', 'mha-helper check'), /names no language/],
    ['a fence of another shell', fence('bash', 'mha-helper check'), /names no language that is known here/],
    ['a mark that is none', fence('sh norun', 'mha-helper check'), /"norun" is no classification/],
    ['a mark without a reason', fence('sh not-run:', 'ssh-keyscan db10'), /not-run needs a reason/],
    ['a mark that hides a mistake', fence('sh not-run: why ever', 'mha-helper chekc'), /there is no command "chekc"/],
    ['a command in an indented block', ['    mha-helper vip shwo -c /etc/mha/a.conf'], /:3: .*no command "vip shwo"/],
    ['an indented block that no test runs', ['    apt install ./a.deb'], /no test runs it/],
    ['one in a list', ['1. First:', '', '       mha-helper chekc'], /:5: .*no command "chekc"/],
    ['one in a list that is too far left to be code', ['- First:', '', '    mha-helper chekc'], /:5: .*"chekc"/],
    ['a prompt among output', fence('text', '$ mha-helper chekc', 'mha-helper: no'), /:4: .*no command "chekc"/],
    ['a command within a text', ['See `mha-helper vip whose`.'], /:3: `mha-helper vip whose`: there is no command/],
    ['an option within a text', ['See `mha-helper check --fast`.'], /Unsupported option name/],
    ['a target within a text', ['See `make all`.'], /no target all/],
  ];
  for (const [what, lines, why] of refused) {
    test(what, async () => {
      const found = await problems(...lines);
      assert.equal(found.length > 0, true);
      assert.match(found.join('\n'), why);
    });
  }
});

test('what is right passes', async () => {
  const lines = [
    ...fence(
      'sh',
      'mha-helper check -c /etc/mha/test_cluster.conf   # before a switch',
      'mha-helper failover --online \\',
      '    -c /etc/mha/test_cluster.conf --dry-run',
      'mha_manager_daemon --conf=/etc/mha/test_cluster.conf status',
      'make build lint CONCURRENCY=1',
    ),
    '',
    ...fence('sh not-run: it ends the master', 'mha-helper vip release HOST --force -c FILE', 'poweroff'),
    '',
    ...fence('ini', '[default]', 'vip_type = metal'),
    ...fence('text', 'mha-helper: there is no command "chekc"'),
    '',
    'One of `mha-helper monitor`, `mha-helper vip show|assign|release`, `mha-helper mha PROGRAM`, `make lint`.',
    '',
    '    report_script = /usr/bin/master_failover_report',
  ];
  assert.deepEqual(await problems(...lines), []);
});

test('commands in lines of a shell', () => {
  const words = (...lines: readonly string[]): (readonly string[])[] =>
    shellCommands(lines).map((found) => found.words);
  assert.deepEqual(words('$ a "b c" \'d\' e\\ f # g'), [['a', 'b c', 'd', 'e f']]);
  assert.deepEqual(words('a && b || c; d | e & f'), [['a'], ['b'], ['c'], ['d'], ['e'], ['f']]);
  assert.deepEqual(words('a >/dev/null 2>&1 <b c'), [['a', 'c']]);
  assert.deepEqual(words('a \\', '  b'), [['a', 'b']]);
  assert.deepEqual(words("cat >f <<'EOF'", 'mha-helper nonsense', 'EOF', 'b'), [['cat'], ['b']]);
  const link = '/usr/lib/$(uname -m)-linux-gnu/x';
  assert.deepEqual(words(`ln -s ${link} y`), [['ln', '-s', link, 'y']]);
  assert.deepEqual(words('watch -n 5 mha-helper status', 'if ! a; then b; fi'), [
    ['mha-helper', 'status'],
    ['a'],
    ['b'],
    ['fi'],
  ]);
});

test('each stage of the lab has lines, and what would do harm has none', () => {
  const lines = documentPages().flatMap(({ markdown }) => markdown.blocks.flatMap(commandsOf));
  const stages = new Set(lines.map(({ words }) => stageOf(words)));
  for (const stage of ['as it is', 'monitored', 'starting', 'switching', 'switched', 'dead'] as const)
    assert.ok(stages.has(stage), stage);
  const conf = '/etc/mha/test_cluster.conf';
  for (const harmful of [
    ['mha-helper', 'vip', 'release', 'HOST', '-c', conf],
    ['mha-helper', 'vip', 'assign', 'db11', '-c', conf],
    ['mha-helper', 'failover', '--dead', 'HOST', '-c', conf],
    ['mha-helper', 'mha', 'masterha_stop', `--conf=${conf}`],
    ['master_ip_online_failover_helper', '--command=stop'],
  ])
    assert.equal(stageOf(harmful), undefined, harmful.join(' '));
});
