import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittedText } from '../../../src/procedures/fittedText.ts';

const word = 'x'.repeat(30);
const words = `${word} ${word} ${word}`;

test('what fits stays, and so does what is painted', () => {
  const painted = `\u001b[1m${words}\u001b[22m`;
  const text = `  OK       a\n\n${word} ${word}\n${painted}`;
  assert.equal(fittedText(text), text);
});

for (const [what, line, hanging] of [
  ['behind a label', `  OK       ${words}`, 11],
  ['behind a label of two words', `  old master  ${words}`, 14],
  ['indented', `    ${words}`, 6],
  ['from the beginning', words, 2],
  ['behind a label that is too long', `${'l'.repeat(29)}  ${words}`, 2],
] as const) {
  test(`a line goes on below its text: ${what}`, () => {
    const lines = fittedText(line).split('\n');
    assert.ok(lines.length > 1 && lines.every(({ length }) => length <= 80));
    for (const one of lines.slice(1)) assert.match(one, new RegExp(`^ {${hanging}}x+`));
    assert.equal(lines.map((one) => one.trim()).join(' '), line.trim());
  });
}

test('a word that is longer than the screen is not cut', () => {
  assert.equal(fittedText(`  a  ${'y'.repeat(90)} b`), `  a  ${'y'.repeat(90)}\n     b`);
});
