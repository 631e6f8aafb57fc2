import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineLength } from '../../../../build/lint/lineLength.ts';

const found = (path: string, text: string): readonly (number | undefined)[] =>
  lineLength(new Map([[path, text]])).map(({ line }) => line);
const words = 'four '.repeat(24);
const url = `https://example.com/${'a'.repeat(120)}`;
const hash = 'SHA512+/'.repeat(16);

test('120 columns pass, one more does not, in every language', () => {
  assert.equal(words.length, 120);
  for (const path of ['src/a.ts', 'src/b.pm', 'test/c.pl', 'build/d.sh', 'examples/e', '.ci/run', 'build/f.spec']) {
    assert.deepEqual(found(path, `\n${words}\n`), [], path);
    assert.deepEqual(found(path, `\n${words}.\n`), [2], path);
  }
});

const offences: readonly (readonly [what: string, line: string])[] = [
  ['a comment', `  // ${words}`],
  ['a text in quotes', `  say('${words}');`],
  ['a URL with words before it', `// see ${url}`],
  ['a URL with words behind it', `// ${url} tells more`],
  ['an expression without a blank', `  ${'one.two('.repeat(16)}`],
  ['a tab, which is wide', `${'\t'.repeat(15)}x`],
];

for (const [what, line] of offences) {
  test(`too long: ${what}`, () => {
    assert.ok(line.length > 15);
    assert.deepEqual(found('src/a.ts', line), [1]);
  });
}

test('what cannot be cut may stand alone', () => {
  for (const line of [`// ${url}`, `   * ${url}`, `# ${url}.`, `  '${url}',`, `  "${hash}" +`, hash])
    assert.deepEqual(found('src/a.ts', line), [], line);
});

test('a letter is one column, however many bytes it has', () => {
  assert.deepEqual(found('src/a.ts', '\u2192'.repeat(120)), []);
  assert.deepEqual(found('src/a.ts', '\u{1f980}'.repeat(121)), [1]);
});
