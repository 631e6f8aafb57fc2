import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult } from '../../../src/context/Context.ts';
import { operatorCommand, whatItSaid } from '../../../src/vip/operatorCommand.ts';
import { shell } from '../../doubles/tools.ts';

const said = (stderr: string, stdout = ''): string => whatItSaid({ code: 1, stderr, stdout } satisfies CommandResult);

test('what it complained of counts more than what it printed', () => {
  assert.equal(said('no\nway\n', 'step 1'), 'no way');
  assert.equal(said(' \n', 'step 1\nstep 2\n'), 'step 1 step 2');
  assert.equal(said('', ''), '');
});

test('of much the end is told: that is where the error stands', () => {
  const text = said(`${'x'.repeat(1000)} the error`);
  assert.equal(text.length, 300);
  assert.match(text, /^\.\.\.x+ the error$/);
});

test('facts come in the environment, and are no part of the command line', async () => {
  let argv: readonly string[] = [];
  const local = shell((given) => {
    argv = given;
    return { code: 3 };
  });
  const { code } = await operatorCommand(local, 'echo $MHA_HELPER_HOST', { HOST: "db10; rm 'x'", IP: '10.0.0.1' }, 1);
  assert.equal(code, 3);
  assert.deepEqual(argv, [
    'env',
    "MHA_HELPER_HOST=db10; rm 'x'",
    'MHA_HELPER_IP=10.0.0.1',
    'sh',
    '-c',
    'echo $MHA_HELPER_HOST',
  ]);
});
