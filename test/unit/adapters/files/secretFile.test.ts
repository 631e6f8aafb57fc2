import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSecretFile } from '../../../../src/adapters/files/secretFile.ts';

const directory = mkdtempSync(join(tmpdir(), 'secret-'));
after(() => rmSync(directory, { recursive: true }));

function put(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test('the only line of a file, with all that is in it', () => {
  assert.equal(readSecretFile(put('plain', ' p#;"w \n')), ' p#;"w ');
  assert.equal(readSecretFile(put('bare', 'x')), 'x');
});

test('a name is a credential of systemd', () => {
  put('mail', 'of systemd\n');
  assert.equal(readSecretFile('mail', directory), 'of systemd');
  assert.throws(() => readSecretFile('mail', ''), /mail is a systemd credential, and this program was not started by/);
});

test('anything but one line is refused, without a word of it', () => {
  for (const text of ['', '\n', 'a\nb\n', 'a\0b'])
    assert.throws(
      () => readSecretFile(put('bad', text)),
      (error: Error) => /must hold one line, and nothing else$/.test(error.message),
    );
  assert.throws(() => readSecretFile(join(directory, 'gone')), /ENOENT/);
});
