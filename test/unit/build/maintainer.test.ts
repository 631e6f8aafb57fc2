import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { maintainerOf, type Author } from '../../../build/maintainer.ts';
import { root } from '../../../build/paths.ts';

const author = { name: 'A Team', email: 'team@example.org' };

test('the author of package.json, unless PACKAGER says another', () => {
  assert.equal(maintainerOf(author, undefined), 'A Team <team@example.org>');
  assert.equal(maintainerOf(author, ''), 'A Team <team@example.org>');
  assert.equal(maintainerOf(author, 'Somebody Else <me@example.com>'), 'Somebody Else <me@example.com>');
});

for (const packager of ['me@example.com', 'Me <me>', 'Me <me@example.com', '<me@example.com>', 'a <b@c>\nX: y']) {
  test(`"${packager.replace('\n', ' ')}" is refused, and both settings are named`, () => {
    assert.throws(
      () => maintainerOf(author, packager),
      /must be NAME <ADDRESS>: set PACKAGER=, or author in package\.json/,
    );
  });
}

test('package.json has an author with an address, and no placeholder', () => {
  const file = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { author: Author };
  assert.doesNotMatch(maintainerOf(file.author, undefined), /example\.(?:com|org|net|invalid)>$/);
});
