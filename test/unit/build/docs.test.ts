// docs/reference is made from the source, and `make lint` refuses what is not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandTable } from '../../../build/commandTable.ts';
import { root } from '../../../build/paths.ts';
import { marked, paragraph, shellLine, table } from '../../../build/reference/markdown.ts';
import { referencePages } from '../../../build/reference/pages.ts';
import { optionNames } from '../../../src/config/options.ts';
import { entryNames } from '../../../src/entryNames.ts';
import { failureExitCodes } from '../../../src/errors/errors.ts';
import { metrics } from '../../../src/procedures/monitor/metricsText.ts';

const script = fileURLToPath(new URL('../../../build/docs.ts', import.meta.url));
const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
const page = (name: string): string => referencePages().get(name) ?? assert.fail(`there is no ${name}`);

test('docs/reference is as the source has it', () => {
  const { status, stderr } = run('--check');
  assert.deepEqual([status, stderr], [0, '']);
});

test('--check sees a page that is stale, one that is missing, and one that nobody makes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-'));
  try {
    assert.equal(run(directory).status, 0);
    assert.deepEqual(readdirSync(directory).sort(), [...referencePages().keys()].sort());
    assert.equal(run('--check', directory).status, 0);
    appendFileSync(join(directory, 'metrics.md'), 'one word more\n');
    rmSync(join(directory, 'options.md'));
    writeFileSync(join(directory, 'own.md'), '# Mine\n');
    const { status, stderr } = run('--check', directory);
    assert.equal(status, 1);
    assert.match(stderr, /^\S*metrics\.md is stale; run "make docs"$/m);
    assert.match(stderr, /^\S*options\.md is missing; run "make docs"$/m);
    assert.match(stderr, /^\S*own\.md is not made from the source; it belongs elsewhere$/m);
    assert.equal(stderr.trim().split('\n').length, 3);
    assert.equal(run(directory).status, 0);
    assert.doesNotMatch(run('--check', directory).stderr, /stale|missing/);
    assert.equal(run('--chekc').status, 2);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('make lint looks, and make docs writes', () => {
  const makefile = readFileSync(join(root, 'Makefile'), 'utf8');
  assert.match(makefile, /^lint:.*\n(?:\t.*\n)*\t.*build\/docs\.ts --check/m);
  assert.match(makefile, /^docs:.*\n\t\$\(NODE\) build\/docs\.ts$/m);
});

test('every option, command, exit code and metric has its place', () => {
  const headings = (name: string): string[] =>
    [...page(name).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text.replaceAll('`', ''));
  for (const name of optionNames) assert.ok(headings('options.md').includes(name), name);
  for (const { words } of commandTable())
    assert.ok(headings('commands.md').includes(`mha-helper ${words.join(' ')}`), words.join(' '));
  for (const { name } of entryNames) assert.ok(page('commands.md').includes(`| \`${name}\` |`), name);
  const codes = headings('exit-codes.md').map((text) => Number.parseInt(text, 10));
  for (const code of [0, 10, 20, ...Object.values(failureExitCodes)]) assert.ok(codes.includes(code), `${code}`);
  for (const { name } of metrics) assert.ok(page('metrics.md').includes(`| \`${name}\` |`), name);
});

test('an option with its value, its default and what is allowed', () => {
  assert.ok(
    page('options.md').includes(
      '### `kill_after_timeout`\n\nHow long running statements and open transactions get to end on the original ' +
        'master before their sessions are\nterminated.\n\n' +
        '- Allowed: a whole number of seconds from 0 to 3600.\n- Default: `5`.\n',
    ),
  );
  assert.ok(page('options.md').indexOf('## Only with vip_type = aws') < page('options.md').indexOf('### `aws_method`'));
  // What is said in the text is not said twice.
  assert.match(page('options.md'), /Default: mha-helper@[^]*?\n\n- Allowed: one or more mail addresses[^\n]*\n\n###/);
});

test('no line has more than 120 columns', () => {
  for (const [name, text] of referencePages()) {
    const long = text.split('\n').filter((line) => line.length > 120);
    assert.deepEqual(long, [], name);
  }
});

test('Markdown: code in a text, wrapping, and what a table cannot hold', () => {
  assert.equal(
    marked('run mha-helper vip show --json, see *.conf of /etc/mha and kill_after_timeout'),
    'run `mha-helper vip show --json`, see `*.conf` of `/etc/mha` and `kill_after_timeout`',
  );
  assert.equal(marked('`*.conf` or a*b | c <d>'), '`*.conf` or a\\*b \\| c &lt;d>');
  assert.equal(marked('yes/no, 192.168.10.155/24, mha-helper@'), 'yes/no, 192.168.10.155/24, mha-helper@');
  assert.equal(paragraph(`${'word '.repeat(23)}\`two words\``), `${'word '.repeat(23).trim()}\n\`two words\``);
  assert.equal(shellLine(`a ${'b'.repeat(100)} ${'c'.repeat(30)}`), `a ${'b'.repeat(100)} \\\n    ${'c'.repeat(30)}`);
  assert.equal(table(['a', 'b'], [['1', '2']]), '| a | b |\n| --- | --- |\n| 1 | 2 |');
  assert.throws(() => table(['a'], [['x'.repeat(120)]]), /more than 120 columns/);
});
