import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFileOption, resolveArguments, sshOptionWords } from '../../../../src/adapters/ssh/options.ts';

test('words as the shell that MHA uses splits them', () => {
  assert.deepEqual(sshOptionWords('db10', undefined), []);
  assert.deepEqual(sshOptionWords('db10', '  -o "StrictHostKeyChecking=no"\t-i /k -4A  '), [
    '-o',
    'StrictHostKeyChecking=no',
    '-i',
    '/k',
    '-4A',
  ]);
  assert.deepEqual(sshOptionWords('db10', '-oBatchMode=yes -p2222'), ['-oBatchMode=yes', '-p2222']);
});

test('a word that ssh would take for the host or a command, or that does something else, is refused', () => {
  for (const text of ['db11', '-o x=y reboot', '-4 -', '-G -z', '-V', '-E /log', '--', '-i', '-4o'])
    assert.throws(() => sshOptionWords('db10', text), { kind: 'ssh', message: /^db10: / }, text);
});

test('the file that a jump host is looked up in as well', () => {
  assert.deepEqual(configFileOption(['-4', '-F', '/c', '-i', '/k']), ['-F', '/c']);
  assert.deepEqual(configFileOption(['-F/c']), ['-F', '/c']);
  assert.deepEqual(configFileOption(['-i', '-F', '-o', 'x=y']), [], 'the value of another option');
});

test('what OpenSSH is asked: the first value that it meets counts, and a host is never an option', () => {
  const target = { label: 'db10', host: 'adm10', port: 2222, user: 'ops' };
  assert.deepEqual(resolveArguments(target, ['-p', '22']), [
    'ssh',
    '-G',
    '-p',
    '22',
    '-p',
    '2222',
    '-l',
    'ops',
    '--',
    'adm10',
  ]);
  assert.deepEqual(resolveArguments({ label: 'db10', host: 'db10' }, []), ['ssh', '-G', '--', 'db10']);
  for (const host of ['', '-oProxyCommand=x'])
    assert.throws(() => resolveArguments({ label: 'db10', host }, []), { kind: 'ssh' });
});
