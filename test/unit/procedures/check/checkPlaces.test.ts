import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { checkPlaces } from '../../../../src/procedures/check/checkPlaces.ts';

const told = (servers: readonly string[], vipType: 'metal' | 'command' | 'none' = 'metal'): readonly string[] =>
  checkPlaces(
    readApplicationConfig({
      path: '/etc/mha/a.cnf',
      text: servers.map((lines, index) => `[server${index + 1}]\nhostname=${lines.replaceAll(' ', '\n')}\n`).join(''),
    }),
    vipType,
  ).map(({ text }) => text);

test('each host once and one port: nothing is said', () => {
  assert.deepEqual(told(['db10', 'db11 port=3306', 'db12']), []);
  assert.deepEqual(told(['db10 port=3307', 'db11 port=3307']), []);
});

test('two servers on one host that may both become the master', () => {
  const both = ['db10', 'DB10 port=3307', 'db11'];
  assert.match(told(both, 'none')[0] ?? '', /^db10:3306 and DB10:3307 are on one host, and each may become the master/);
  assert.deepEqual(told(['db10', 'db10 port=3307 no_master=1', 'db11']), []);
  assert.match(
    told(['a ip=10.0.0.1', 'b ip=10.0.0.1 port=3307'], 'none')[0] ?? '',
    /^a:3306 and b:3307 are on one host/,
  );
});

test('several ports behind one address, unless a command or nobody leads clients', () => {
  const servers = ['db10', 'db11 port=3307'];
  assert.match(told(servers)[0] ?? '', /different ports \(db10:3306, db11:3307\)/);
  for (const vipType of ['command', 'none'] as const) assert.deepEqual(told(servers, vipType), []);
  assert.deepEqual(told(['db10', 'db11 port=3307 no_master=1']), []);
});
