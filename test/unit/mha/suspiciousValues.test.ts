import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfigTiny } from '../../../src/mha/configTiny.ts';
import { suspiciousValues } from '../../../src/mha/suspiciousValues.ts';

function told(lines: string): readonly string[] {
  return suspiciousValues(parseConfigTiny(`[server1]\n${lines}`).blocks.get('server1')).map(({ text }) => text);
}

test('a comment behind a value, and a word where MHA reads a number', () => {
  const comment = 'what looks like a comment is a part of the value for MHA; put the comment on a line of its own';
  assert.deepEqual(told('candidate_master = 0 # no\nuser = mha #monitor\npassword=a ;b\nping_interval = 3 # seconds'), [
    `[server1] candidate_master: ${comment}`,
    `[server1] user: ${comment}`,
    `[server1] password: ${comment}`,
    `[server1] ping_interval: ${comment}`,
  ]);
  assert.deepEqual(told('no_master = no\ncheck_repl_delay=off\nping_interval=3s'), [
    '[server1] no_master: MHA reads a number there, and takes any word for yes',
    '[server1] check_repl_delay: MHA reads a number there, and takes any word for yes',
    '[server1] ping_interval: MHA reads a number there',
  ]);
});

test('what MHA reads as it looks', () => {
  assert.deepEqual(
    told('candidate_master = 1\nno_master =\nping_interval = 3 ; seconds\npassword = a#b;c\nhostname = db10'),
    [],
  );
});
