import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vipCommand } from '../../../src/steps/byHand.ts';

test('the command as an operator types it, with the file where it is known', () => {
  assert.equal(vipCommand('assign', 'db11', '/etc/mha/a.cnf'), 'mha-helper vip assign db11 -c /etc/mha/a.cnf');
  const open = vipCommand('release', 'db10');
  assert.match(open, /^mha-helper vip release db10 -c [A-Z.]+$/, 'what is left to fill in stands in capitals');
});
