import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sudoersText } from '../../../../src/procedures/address/sudoersText.ts';

test('a line for each command, with what sudoers takes for something else escaped', () => {
  const text = sudoersText('db10', 'dom\\mha', [
    ['/sbin/ip', '-6', 'neigh', 'del', 'fd00::a5', 'dev', 'eth1'],
    ['/bin/ss', '-K', 'src', '[fd00::a5]'],
  ]);
  assert.match(text, /^# \/etc\/sudoers\.d\/mha_helper on db10, mode 0440/);
  assert.deepEqual(
    text.split('\n').filter((line) => !line.startsWith('#')),
    [
      'dom\\\\mha ALL=(root) NOPASSWD: /sbin/ip -6 neigh del fd00\\:\\:a5 dev eth1',
      'dom\\\\mha ALL=(root) NOPASSWD: /bin/ss -K src \\[fd00\\:\\:a5\\]',
      '',
    ],
  );
});
