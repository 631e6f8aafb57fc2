import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns, wrapped, wrappedCommand, wrappedUsage } from '../../../src/commandLine/layout.ts';

test('text is wrapped between words; a long word has a line of its own', () => {
  assert.equal(wrapped(`a ${'b'.repeat(90)} c`), `a\n${'b'.repeat(90)}\nc`);
  assert.equal(wrapped(`${'a'.repeat(76)} bc d`), `${'a'.repeat(76)} bc\nd`);
  assert.equal(wrapped('a b', 2, 4), '  a b');
});

test('a usage is not cut within brackets', () => {
  const line = wrappedUsage(`mha-helper x ${'y'.repeat(55)} [--all DIRECTORY]`);
  assert.equal(line, `  mha-helper x ${'y'.repeat(55)}\n      [--all DIRECTORY]`);
});

test('a command goes on behind a backslash, and never within quotes', () => {
  const line = wrappedCommand(`mha-helper x ${'y'.repeat(55)} --subject="a b c"`);
  assert.equal(line, `  mha-helper x ${'y'.repeat(55)} \\\n    --subject="a b c"`);
});

test('columns: a name that is too long has its text on the next line', () => {
  assert.equal(
    columns([
      ['-c', 'short'],
      ['x'.repeat(30), 'long'],
    ]),
    `  -c${' '.repeat(28)}short\n  ${'x'.repeat(30)}\n${' '.repeat(32)}long`,
  );
});
