import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { unescapeShell } from '../../../src/mha/unescapeShell.ts';

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));

// What reaches a program of a text that MHA has escaped, if we read its source correctly; checked against the real one
// below.
function asReceived(text: string): string {
  return text.replace(/["!#&;`|*?~<>^()[\]{}$, \\]/g, '\\$&');
}

// mulberry32: random texts that are the same in every run.
function randomTexts(count: number): string[] {
  let state = 20240229;
  const random = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  const alphabet = [...printable, '\\', '\\', "'", '"', '$', '\n', '\t', 'é', 'ÿ', '日', '😀'];
  return Array.from({ length: count }, () =>
    Array.from({ length: random(20) }, () => alphabet[random(alphabet.length)]).join(''),
  );
}

test('every printable character and every pair of them comes back', () => {
  for (const first of ['', ...printable]) {
    for (const second of printable) assert.equal(unescapeShell(asReceived(first + second)), first + second);
  }
});

test('random texts come back', () => {
  for (const text of randomTexts(5000)) assert.equal(unescapeShell(asReceived(text)), text);
});

test('what is not escaped stays, and so does a lone backslash at the end', () => {
  assert.equal(unescapeShell(''), '');
  assert.equal(unescapeShell("plain'é\n"), "plain'é\n");
  assert.equal(unescapeShell('a\\'), 'a\\');
  assert.equal(unescapeShell('a\\\\'), 'a\\');
  assert.equal(unescapeShell('\\\\\\$'), '\\$');
  assert.equal(unescapeShell('\\\n\\😀'), '\n😀');
});

test('the password of the contract', () => {
  assert.equal(unescapeShell(String.raw`p@\$\$\ w\"o'r\\d\!\#\{\}`), String.raw`p@$$ w"o'r\d!#{}`);
});

const perl = ['-I/usr/share/perl5', '-MMHA::NodeUtil'];
const hasMha = spawnSync('perl', [...perl, '-e', '1']).status === 0;

test(
  'the real MHA and a real sh',
  { skip: hasMha ? false : 'MHA::NodeUtil IS NOT INSTALLED: the quoting is not checked against MHA itself' },
  () => {
    const texts = [
      ...printable,
      ...printable.map((char) => `a${char}\\${char}`),
      String.raw`p@$$ w"o'r\d!#{}`,
      'two\nlines',
      ...randomTexts(400),
    ];
    const separated = texts.join('\0');
    const escaped = execFileSync(
      'perl',
      [
        ...perl,
        '-0777',
        '-e',
        'print join "\\0", map { MHA::NodeUtil::escape_for_shell($_) } split /\\0/, <STDIN>, -1',
      ],
      { input: separated, encoding: 'utf8' },
    ).split('\0');
    assert.equal(escaped.length, texts.length);
    // One sh for all: each argument is printed with a NUL behind it.
    const received = execFileSync('sh', ['-s'], { input: `printf '%s\\0' ${escaped.join(' ')}\n`, encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);
    assert.deepEqual(received.map(unescapeShell), texts);
  },
);
