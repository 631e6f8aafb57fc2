import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { checkDelay } from '../../../../src/procedures/check/checkDelay.ts';

const told = (defaults: string, server2 = ''): readonly string[] =>
  checkDelay(
    readApplicationConfig({
      path: '/etc/mha/a.cnf',
      text: `[server default]\n${defaults}\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n${server2}`,
    }),
  ).map(({ text }) => text);

test('the limit is in force where it is not set to 0 for every server', () => {
  assert.deepEqual(told('check_repl_delay=0'), []);
  assert.match(told('')[0] ?? '', /^\/etc\/mha\/a\.cnf: check_repl_delay is not 0 for db10, db11: /);
  assert.match(told('', 'check_repl_delay=0')[0] ?? '', / for db10: /);
  assert.match(told('check_repl_delay=0', 'check_repl_delay=1')[0] ?? '', / for db11: /);
});
