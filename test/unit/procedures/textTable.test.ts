import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textTable } from '../../../src/procedures/textTable.ts';

test('columns are as wide as their widest cell, and lines do not end with blanks', () => {
  assert.equal(
    textTable([
      ['a', 'bb', ''],
      ['ccc', 'd'],
    ]),
    'a    bb\nccc  d',
  );
  assert.equal(textTable([]), '');
});
