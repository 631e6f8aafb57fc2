import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { checkDelay, tooLate } from '../../../../src/procedures/check/checkDelay.ts';
import { app, db10, db11, db12, master, replica } from '../switch/switchCases.ts';
import { healthy } from './seenServers.ts';

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

for (const [executed, late] of [
  ['bin.000007:200000000', false],
  ['bin.000007:100000000', false],
  ['bin.000007:99999999', true],
  ['bin.000006:200000000', true],
  ['bin.000008:4', false],
  [null, false],
] as const) {
  test(`executed up to ${executed ?? 'nothing known'}: ${late ? 'refused' : 'taken'}`, () => {
    const [candidate, never] = [replica(db11, db10), replica(db12, db10)].map((state) =>
      healthy({ ...state, replication: { ...state.replication!, executed } }, false),
    );
    const servers = [healthy(master(db10), true), candidate!, never!];
    const lines = tooLate(app, servers).map(({ text }) => text);
    assert.equal(lines.length, late ? 1 : 0);
    if (late)
      assert.match(lines[0] ?? '', /^db11 has executed .* of bin\.000007:200000000: a failover would not take it/);
    const anyDelay = readApplicationConfig({
      path: '/etc/mha/a.cnf',
      text: '[server default]\ncheck_repl_delay=0\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n',
    });
    assert.deepEqual(tooLate(anyDelay, servers), []);
  });
}
