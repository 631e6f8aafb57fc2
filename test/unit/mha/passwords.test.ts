import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takePasswords } from '../../../src/mha/passwords.ts';
import { readHardRequest } from '../../../src/mha/request.ts';

const start = [
  '--command=start',
  '--ssh_user=ops',
  '--orig_master_host=db10',
  '--orig_master_ip=192.168.10.10',
  '--orig_master_port=3306',
  '--new_master_host=db11',
  '--new_master_ip=192.168.10.11',
  '--new_master_port=3306',
  '--new_master_user=mha',
];

function newPassword(argv: readonly string[], env: Record<string, string>): string | undefined {
  const { request } = readHardRequest(argv, takePasswords(env));
  return request.command === 'start' ? request.new.password : undefined;
}

test('passwords are taken out of the environment, with all their characters', () => {
  const env = { PATH: '/bin', MHA_HELPER_ORIG_MASTER_PASSWORD: '', MHA_HELPER_NEW_MASTER_PASSWORD: `a\\'b" $c` };
  assert.deepEqual(
    [...takePasswords(env)],
    [
      ['orig_master_password', ''],
      ['new_master_password', `a\\'b" $c`],
    ],
  );
  assert.deepEqual(env, { PATH: '/bin' });
  assert.equal(takePasswords(env).size, 0);
});

test('a hook takes the password from the environment as it is, and an option counts for more', () => {
  const env = { MHA_HELPER_NEW_MASTER_PASSWORD: 'a\\ b' };
  assert.equal(newPassword(start, { ...env }), 'a\\ b');
  assert.equal(newPassword([...start, '--new_master_password=x\\ y'], { ...env }), 'x y');
  assert.throws(() => newPassword(start, { MHA_HELPER_ORIG_MASTER_PASSWORD: 'x' }), /--new_master_password is missing/);
});
