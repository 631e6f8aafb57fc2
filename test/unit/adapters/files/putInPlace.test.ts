import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { putInPlace, writeBeside } from '../../../../src/adapters/files/putInPlace.ts';

const directory = mkdtempSync(join(tmpdir(), 'put-'));
after(() => rmSync(directory, { recursive: true }));

test('the file is there whole, for its owner only, and nothing is left beside it', async () => {
  const path = join(directory, 'a');
  writeFileSync(path, 'old', { mode: 0o644 });
  await putInPlace(path, 'new');
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(directory), ['a']);
});

test('many at once: one of them stands there, whole', async () => {
  const path = join(directory, 'b');
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
  await Promise.all(texts.map((text) => putInPlace(path, text)));
  assert.ok(texts.includes(readFileSync(path, 'utf8')));
  rmSync(path);
});

test('where it cannot be put nothing is left behind', async () => {
  const place = join(directory, 'c');
  mkdirSync(join(place, 'in-the-way'), { recursive: true });
  await assert.rejects(putInPlace(place, 'x'), { code: /EISDIR|ENOTEMPTY|EEXIST/ });
  await assert.rejects(putInPlace(join(directory, 'none/d'), 'x'), { code: 'ENOENT' });
  assert.deepEqual(readdirSync(directory).sort(), ['a', 'c']);
});

test('two that are written beside the same place are two', async () => {
  const [one, other] = await Promise.all([
    writeBeside(join(directory, 'e'), '1'),
    writeBeside(join(directory, 'e'), '2'),
  ]);
  assert.notEqual(one, other);
  assert.deepEqual([readFileSync(one, 'utf8'), readFileSync(other, 'utf8')], ['1', '2']);
});
