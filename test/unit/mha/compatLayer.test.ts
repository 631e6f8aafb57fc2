import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMhaProgram, mhaPrograms, nodeLayer, packagedLayer, perlOption } from '../../../src/mha/compatLayer.ts';

test("MHA's programs, by name or by path, and nothing else", () => {
  for (const name of mhaPrograms) assert.ok(isMhaProgram(name) && isMhaProgram(`/usr/bin/${name}`), name);
  for (const name of ['', 'sh', 'masterha_managers', 'masterha_manager/x', 'xmasterha_manager', '/usr/bin/'])
    assert.ok(!isMhaProgram(name), name);
});

test('PERL5OPT is split at blanks: the option is two words', () => {
  assert.deepEqual(perlOption(packagedLayer).split(' '), ['-I/usr/share/mha-helper/perl', '-MMhaHelper::Compat']);
  assert.doesNotMatch(packagedLayer + nodeLayer, /\s/);
  assert.doesNotMatch(nodeLayer, /^\//, 'it is below the home of the SSH user');
});
