import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatting } from '../../../../build/lint/formatting.ts';
import { root } from '../../../../build/paths.ts';

const found = async (path: string, text: string): Promise<readonly string[]> =>
  (await formatting(new Map([[path, text]]), root)).map(({ message }) => message);

test('a text that prettier would write otherwise is refused', async () => {
  assert.deepEqual(await found('src/a.ts', 'export const a = {b:1}\n'), ['not formatted: run "make format"']);
  assert.deepEqual(await found('src/a.ts', 'export const a = { b: 1 };\n'), []);
});

test("the project's own settings count: single quotes, 120 columns", async () => {
  assert.deepEqual(await found('src/a.ts', 'export const a = "b";\n'), ['not formatted: run "make format"']);
  const list = (words: number): string => `export const a = [${Array(words).fill("'word'").join(', ')}];\n`;
  assert.equal(list(12).length, 115);
  assert.deepEqual(await found('src/a.ts', list(12)), []);
  assert.deepEqual(await found('src/a.ts', list(13)), ['not formatted: run "make format"']);
});

test('a file that is no program is told of, with where', async () => {
  assert.match((await found('src/a.ts', 'export const = ;\n')).join(), /^cannot be formatted: .*\(1:14\)/);
});

test('what prettier leaves alone is left alone', async () => {
  for (const path of ['examples/mha/a.conf', 'build/prepare.sh', 'docs/a.md', 'package.json'])
    assert.deepEqual(await found(path, '{a :   1}'), [], path);
});
