import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfigTiny } from '../../../src/mha/configTiny.ts';

/** Blocks as plain objects. */
function read(text: string): Record<string, Record<string, string>> {
  const { blocks } = parseConfigTiny(text);
  return Object.fromEntries(
    [...blocks].map(([name, { parameters }]) => [
      name,
      Object.fromEntries([...parameters].map(([key, { value }]) => [key, value])),
    ]),
  );
}

test('white space around names and values is none of theirs', () => {
  assert.deepEqual(read(' [ server default ]\t\n\tuser = a b \n\f x\t=\v1\v\n'), {
    'server default': { user: 'a b', x: '1' },
  });
});

test('every way to end a line ends one', () => {
  assert.deepEqual(read('[a]\r\nx=1\ry=2\r\r\nz=3'), { a: { x: '1', y: '2', z: '3' } });
});

test('a comment is a line of its own, or what follows a semicolon between white space', () => {
  assert.deepEqual(read('# c\n; c\n  # c\n[a] ; c\nx=1 ; c\ny=a#b;c\nz=1 # c\nw=;c\nv= ; c\n'), {
    a: { x: '1', y: 'a#b;c', z: '1 # c', w: ';c', v: '' },
  });
});

test('the first = divides; names keep their case and values their quotes', () => {
  assert.deepEqual(read('[a]\nUser=x\nuser="y"\npassword=a=b==\n'), {
    a: { User: 'x', user: '"y"', password: 'a=b==' },
  });
});

test('a block that comes twice is one, and the later value counts: both with a warning and its line', () => {
  const text = '[a]\nx=1\n[b]\ny=2\n[a]\nz=3\nx=4\n';
  assert.deepEqual(read(text), { a: { x: '4', z: '3' }, b: { y: '2' } });
  const { problems, warnings, blocks } = parseConfigTiny(text);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    warnings.map(({ line }) => line),
    [5, 7],
  );
  assert.match(warnings.map(({ text: what }) => what).join('\n'), /\[a\].* line 1 .*\n\[a\] x .*line 2 /);
  assert.equal(blocks.get('a')?.parameters.get('x')?.line, 7);
});

test('what stops MHA is a problem with its line', () => {
  for (const [text, line, what] of [
    ['\uFEFF[a]\n', 1, /byte order mark/],
    ['[a]\nx=\u0000\n', 2, /NUL/],
    ['[a]\n\nnonsense\n', 3, /neither \[block\] nor parameter=value/],
    ['x=1\n[a]\n', 1, /^x stands before any block/],
    ['[]\n', 1, /neither/],
  ] as const) {
    const { problems } = parseConfigTiny(text);
    assert.deepEqual(
      problems.map((problem) => problem.line),
      [line],
      text,
    );
    assert.match(problems[0]?.text ?? '', what);
  }
});

test('no message holds a value: it may be a password', () => {
  const { problems, warnings } = parseConfigTiny(
    'password=secret\n[a]\npassword=secret\uFFFD\npassword=secret\nsecret\n',
  );
  assert.equal(problems.length, 2);
  assert.equal(warnings.length, 2);
  for (const { text } of [...problems, ...warnings]) assert.doesNotMatch(text, /secret/);
});
