import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Linter } from 'eslint';
import { fileNames } from '../../../../build/lint/fileNames.ts';
import { root } from '../../../../build/paths.ts';

const table: readonly (readonly [path: string, wanted: RegExp | null])[] = [
  ['src/config/index.ts', /no index files/],
  ['src/utils/text.ts', /says nothing/],
  ['src/config/hostUtils.ts', /says nothing/],
  ['src/mysql/my-server.ts', /not camelCase/],
  ['src/mysql/Server.ts', null],
  ['test/unit/config/hostName.test.ts', null],
];

for (const [path, wanted] of table) {
  test(`the name ${path} is ${wanted === null ? 'fine' : 'refused'}`, () => {
    const messages = new Linter({ cwd: root }).verify(
      '',
      [{ files: ['**/*.ts'], plugins: { own: { rules: { names: fileNames } } }, rules: { 'own/names': 'error' } }],
      join(root, path),
    );
    if (wanted === null) assert.deepEqual(messages, []);
    else assert.match(messages.map(({ message }) => message).join('\n'), wanted);
  });
}
