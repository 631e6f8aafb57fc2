import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionNames } from '../../../src/config/options.ts';
import { filesWithSecrets, openSecrets, secretNames } from '../../../src/config/secretFiles.ts';
import { isSecret } from '../../../src/config/showValue.ts';
import { readCluster } from '../../../src/config/validate.ts';
import { MemoryFiles } from '../../doubles/files.ts';

test('every secret option has one for a file', () => {
  assert.deepEqual([...optionNames.filter(isSecret)].sort(), [...secretNames].sort());
});

test('the files that hold secrets, each once, without credentials', () => {
  const files = (text: string): readonly string[] =>
    filesWithSecrets(readCluster('/F.conf', text).cluster?.hosts ?? assert.fail('no cluster'));
  assert.deepEqual(files('[db10]\n[db11]\n'), []);
  assert.deepEqual(files('[default]\nsmtp_user = u\nsmtp_password = p\n[db10]\n[db11]\n'), ['/F.conf']);
  assert.deepEqual(files('[default]\nsmtp_user = u\nsmtp_password_file = /etc/p\n[db10]\n[db11]\n'), ['/etc/p']);
  assert.deepEqual(files('[default]\nsmtp_user = u\nsmtp_password_file = mail\n[db10]\n'), []);
});

test('what others can read or change is named with its mode; the group may', async () => {
  const files = new MemoryFiles({ '/a': '', '/b': '', '/c': '' });
  files.modes.set('/a', 0o640);
  files.modes.set('/b', 0o644);
  files.modes.set('/c', 0o602);
  assert.deepEqual(await openSecrets(['/a', '/b', '/c', '/gone'], files), [
    '/b: it holds a secret, and every user can read or change it (mode 0644)',
    '/c: it holds a secret, and every user can read or change it (mode 0602)',
  ]);
});

test('a secret and its file are not both taken; the file is enough', () => {
  const texts = (text: string): readonly string[] => readCluster('/F.conf', text).problems.map((one) => one.text);
  const user = '[default]\nsmtp_user = u\n';
  assert.deepEqual(texts(`${user}smtp_password_file = mail\n[db10]\n`), []);
  assert.deepEqual(texts(`${user}smtp_password_file = mail\n[db10]\nsmtp_password = x\n`), [
    'smtp_password and smtp_password_file are both set for db10: keep one',
  ]);
  assert.deepEqual(texts(`${user}[db10]\n`), ['smtp_user = u needs smtp_password, which is not set for db10']);
});
