import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { commandTable } from '../../../build/commandTable.ts';
import { configManPage } from '../../../build/configManPage.ts';
import { manPage, otherName } from '../../../build/manPage.ts';
import { fileGroups } from '../../../build/ownFiles.ts';
import { root } from '../../../build/paths.ts';
import { prose, roff } from '../../../build/roff.ts';
import { optionNames } from '../../../src/config/options.ts';
import { commonVariables, givenVariables, settingVariables } from '../../../src/context/environment.ts';
import { entryNames } from '../../../src/entryNames.ts';
import { failureExitCodes } from '../../../src/errors/errors.ts';

const page = manPage();
const configPage = configManPage();

const boldLines = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^\.B (.*)$/gm)].map(([, line = '']) => line.replaceAll('\\-', '-').replaceAll('\\(ti', '~')),
  );

describe('mha-helper(1)', () => {
  test('every command, symlink, exit code, file and variable has its place in the page', () => {
    const headings = boldLines(page);
    for (const { synopsis } of commandTable()) assert.ok(headings.has(synopsis), synopsis);
    for (const { options, words } of commandTable()) {
      for (const { names } of options)
        assert.match(
          page,
          new RegExp(`^\\.B ${roff(names.join(', ')).replaceAll('\\', '\\\\')}`, 'm'),
          `${words.join(' ')} ${names.join(', ')}`,
        );
    }
    for (const { name } of entryNames) assert.ok(headings.has(name), name);
    for (const code of [0, 10, 20, ...Object.values(failureExitCodes)])
      assert.ok(headings.has(String(code)), `exit code ${code}`);
    for (const { files } of fileGroups) for (const { path } of files) assert.ok(headings.has(path), path);
    for (const { name } of [...settingVariables, ...commonVariables, ...givenVariables])
      assert.ok(headings.has(name), name);
  });

  test('its sections are those of a manual page, in their order', () => {
    assert.deepEqual(sections(page), [
      'NAME',
      'SYNOPSIS',
      'DESCRIPTION',
      'COMMANDS',
      'CONFIGURATION',
      'EXIT STATUS',
      'ENVIRONMENT',
      'FILES',
      'EXAMPLES',
      'SEE ALSO',
    ]);
  });

  test('what a command says in --help stands in the page word by word', () => {
    for (const { description, details } of commandTable()) {
      assert.ok(page.includes(roff(description.slice(1))), description);
      for (const text of details) assert.ok(page.includes(prose(text)), text);
    }
  });

  test('the example of every command is in it, and fits a terminal of 80 columns', () => {
    const text = rendered(page);
    for (const { examples } of commandTable()) {
      for (const { line } of examples)
        assert.ok(text.replace(/\s*\\\s+/g, ' ').includes(line.replace(/\s+/g, ' ')), line);
    }
    for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
  });
});

describe('mha-helper.conf(5)', () => {
  test('every option, a whole file, the three lines of MHA and that of sudoers', () => {
    const headings = boldLines(configPage);
    for (const name of optionNames) assert.ok(headings.has(name), name);
    const text = rendered(configPage).replace(/^ +/gm, '');
    const example = (path: string): string => readFileSync(join(root, 'examples', path), 'utf8');
    for (const line of example('mha-helper/test_cluster.conf').split('\n')) assert.ok(text.includes(line), line);
    const hooks = example('mha/test_cluster.conf').match(/^.*_script .*$/gm) ?? [];
    assert.equal(hooks.length, 3);
    for (const line of hooks) assert.ok(text.includes(`${line}\n`), line);
    assert.ok(text.includes(/^mha_helper ALL=.*$/m.exec(example('sudoers.d/mha_helper'))?.[0] ?? assert.fail()));
  });

  test('allowed values and the default of an option', () => {
    assert.match(
      configPage,
      /^\.TP\n\.B vip_type\n[^\n]+\n\.br\nAllowed: none, metal, aws, openstack or command\. Default: none\.\n/m,
    );
    assert.match(configPage, /^\.SS Only with vip_type = aws\n\.TP\n\.B aws_method$/m);
  });
});

for (const [name, text] of [
  ['mha-helper(1)', page],
  ['mha-helper.conf(5)', configPage],
] as const) {
  test(`${name}: no text is taken for a request of troff, and every dash can be copied`, () => {
    const requests = new Set([...text.matchAll(/^[.']([^\s\\]*)/gm)].map(([, request]) => request));
    const known = ['B', 'BR', 'IP', 'PP', 'RE', 'RS', 'SH', 'SS', 'TH', 'TP', 'ad', 'br', 'fi', 'nf', 'nh'];
    assert.deepEqual(
      [...requests].filter((request) => !known.includes(request ?? '')),
      [],
    );
    // The first line has the date.
    assert.doesNotMatch(text.replace(/^.*/, ''), /[^\\]-/);
  });

  test(`${name}: groff and mandoc have nothing to warn of`, (t) => {
    const groff = spawnSync('groff', ['-ww', '-man', '-Tutf8'], { input: text, encoding: 'utf8' });
    if (groff.error !== undefined) t.diagnostic('groff is not installed');
    else assert.deepEqual([groff.status, groff.stderr], [0, '']);
    const mandoc = spawnSync('mandoc', ['-Tlint'], { input: text, encoding: 'utf8' });
    if (mandoc.error !== undefined) return t.diagnostic('mandoc is not installed');
    // It is the length of the source that it means.
    const warnings = mandoc.stdout.split('\n').filter((line) => line !== '' && !/longer than 80 bytes/.test(line));
    assert.deepEqual(warnings, []);
  });
}

test('text as troff takes it', () => {
  assert.equal(roff(".B it's \\ -c ~ ^"), '\\&.B it\\(aqs \\e \\-c \\(ti \\(ha');
  assert.equal(prose('`--conf` of MHA'), '\\-\\-conf of MHA');
  assert.equal(otherName, '.so man1/mha-helper.1\n');
});

function sections(text: string): string[] {
  return [...text.matchAll(/^\.SH (.*)$/gm)].map(([, name = '']) => name);
}

/** As a terminal shows it; where there is no groff, the source without its marks. */
function rendered(text: string): string {
  const env = { ...process.env, GROFF_NO_SGR: '1' };
  const shown = spawnSync('groff', ['-man', '-Tutf8', '-P-cbou', '-rLL=80n'], { input: text, encoding: 'utf8', env });
  if (shown.error === undefined && shown.status === 0) return shown.stdout.replaceAll('‐', '-');
  return text
    .replace(/^\.(?!B\b).*\n/gm, '')
    .replaceAll('\\-', '-')
    .replaceAll('\\(aq', "'")
    .replaceAll('\\e', '\\');
}
