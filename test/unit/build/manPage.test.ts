import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandTable } from '../../../build/commandTable.ts';
import { manPage, otherName, roff } from '../../../build/manPage.ts';
import { optionNames } from '../../../src/config/options.ts';
import { entryNames } from '../../../src/entryNames.ts';
import { failureExitCodes } from '../../../src/errors/errors.ts';

const page = manPage();

test('every command, symlink, option of the configuration and exit code has its place in the page', () => {
  const headings = new Set([...page.matchAll(/^\.B (.*)$/gm)].map(([, text = '']) => text.replaceAll('\\-', '-')));
  for (const { synopsis } of commandTable()) assert.ok(headings.has(synopsis), synopsis);
  for (const { options, words } of commandTable()) {
    for (const { names } of options)
      assert.match(
        page,
        new RegExp(`^\\.B ${roff(names.join(', ')).replaceAll('\\', '\\\\')}`, 'm'),
        `${words.join(' ')} ${names.join(', ')}`,
      );
  }
  for (const name of [...entryNames.map((entry) => entry.name), ...optionNames]) assert.ok(headings.has(name), name);
  for (const code of [0, 10, ...Object.values(failureExitCodes)])
    assert.ok(headings.has(String(code)), `exit code ${code}`);
});

test('what a command says in --help stands in the page word by word', () => {
  for (const { description, details } of commandTable()) {
    assert.ok(page.includes(roff(description.slice(1))), description);
    for (const text of details) assert.ok(page.includes(roff(text.replaceAll('`', ''))), text);
  }
});

test('no text is taken for a request of troff, and every dash can be copied', () => {
  const requests = new Set([...page.matchAll(/^[.']([^\s\\]*)/gm)].map(([, request]) => request));
  assert.deepEqual([...requests].sort(), ['B', 'BR', 'IP', 'PP', 'RE', 'RS', 'SH', 'SS', 'TH', 'TP', 'ad', 'br', 'nh']);
  // The first line has the date.
  assert.doesNotMatch(page.replace(/^.*/, ''), /[^\\]-/);
  assert.equal(roff(".B it's \\ -c"), '\\&.B it\\(aqs \\e \\-c');
  assert.equal(otherName, '.so man1/mha-helper.1\n');
});
