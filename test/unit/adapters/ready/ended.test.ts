import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endTeller } from '../../../../src/adapters/ready/ended.ts';

const source = fileURLToPath(new URL('../../../../src/adapters/ready/ended.ts', import.meta.url));
const program = `
  import { endTeller } from ${JSON.stringify(source)};
  const tell = endTeller(process.env);
  console.log(tell(7), process.env.MHA_HELPER_TELLS_END === undefined);`;

/** @param descriptor what stands behind descriptor 3, as a shell writes it. @returns what came through the pipe */
function told(descriptor: string, env: Readonly<Record<string, string>>): string {
  const line = `{ "$0" --input-type=module -e "$1" ${descriptor} 2>/dev/null; } 4>&1 | cat`;
  const { stdout } = spawnSync('sh', ['-c', line, process.execPath, program], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return stdout;
}

test('whoever waits hears the end on its pipe, and no program that is started says it too', () => {
  assert.equal(told('3>&1', { MHA_HELPER_TELLS_END: '1' }), 'ended 7\ntrue true\n');
});

test('nobody waits, or there is no pipe: nothing is said, and nothing is written anywhere', () => {
  assert.equal(told('3>&1', {}), 'false true\n');
  assert.equal(told('3</dev/null', { MHA_HELPER_TELLS_END: '1' }), 'false true\n');
  assert.equal(endTeller({})(0), false);
});
