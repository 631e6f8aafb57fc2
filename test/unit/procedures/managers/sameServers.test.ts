import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreEntry } from '../../../../src/context/Store.ts';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { nothingShared } from '../../../../src/procedures/managers/sharedState.ts';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';
import { whyOtherServers, withServers } from '../../../../src/procedures/managers/sameServers.ts';

const keys = clusterKeys('/p/', 'c');

function app(...hosts: readonly string[]) {
  const sections = hosts.map((host, index) => `[server${index}]\nhostname=${host}\n`);
  return readApplicationConfig({ path: '/c.cnf', text: `[server default]\nuser=u\npassword=p\n${sections.join('')}` });
}

const serversOf = (of: ReturnType<typeof app>) => withServers(nothingShared, of).servers;

const told = (state: object | null) => {
  const entry = { key: keys.state, value: JSON.stringify({ absent: [], ...state }) } as StoreEntry;
  return { last: { beganAt: 1, entries: new Map(state === null ? [] : [[keys.state, entry]]) } };
};

test('the same servers, in whatever order, are no reason', () => {
  const servers = serversOf(app('db12', 'db10', 'db11'));
  assert.deepEqual(servers, ['db10:3306', 'db11:3306', 'db12:3306']);
  assert.equal(whyOtherServers(app('db10', 'db11', 'db12'), keys, told({ servers })), null);
});

test('whose configuration cannot be read tells none', () => {
  assert.deepEqual(withServers({ ...nothingShared, servers: ['db10:3306'] }, null), nothingShared);
});

test('others are, and are named', () => {
  const servers = serversOf(app('db10', 'db11', 'db12'));
  assert.equal(
    whyOtherServers(app('db10', 'db11', 'db13'), keys, told({ servers })),
    "this manager does not lead: MHA's configuration here has other servers than the last leader's " +
      '(only here: db13:3306; only there: db12:3306)',
  );
  assert.match(
    whyOtherServers(app('db10', 'db11'), keys, told({ servers })) ?? '',
    /only here: none; only there: db12/,
  );
});

test('where nobody has told, or nothing is known, it is no reason', () => {
  for (const view of [told(null), told({}), { last: { unknown: 'no answer' } }])
    assert.equal(whyOtherServers(app('db10', 'db11'), keys, view), null);
  assert.equal(whyOtherServers(null, keys, told({ servers: ['db10:3306'] })), null);
});
