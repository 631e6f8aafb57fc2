import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreEntry } from '../../../../src/context/Store.ts';
import { clusterKeys, managerKey } from '../../../../src/procedures/managers/keys.ts';
import { readSilence, storeSilence } from '../../../../src/procedures/managers/storeSilence.ts';

const keys = clusterKeys('/p/', 'c');
const note = { manager: 'mgr1', host: 'host1', addresses: ['10.0.0.1'], since: '' };
const failover = (phase: string): string =>
  JSON.stringify({ id: 'x', epoch: 7, by: 'mgr2', from: 'db10', to: 'db11', phase, at: 'then' });

function silence(entries: Readonly<Record<string, string>> | null, silentSince: number | null = 4000) {
  const known = Object.entries(entries ?? {}).map(([key, value]): [string, StoreEntry] => [
    key,
    { key, value, createRevision: 1, changeRevision: 1, lease: null },
  ]);
  const seen = entries === null ? null : { beganAt: 0, entries: new Map(known) };
  const view = { silentSince, last: { unknown: 'refused' }, known: seen };
  return storeSilence({ view, now: 9000, ttlMs: 5000, note, prefix: '/p/', keys });
}

test('for how long, and whom nobody can ask', () => {
  const entries = {
    [managerKey('/p/', 'mgr1')]: JSON.stringify(note),
    [managerKey('/p/', 'mgr2')]: JSON.stringify({ manager: 'mgr2', host: 'host2', addresses: ['10.0.0.2'] }),
    [managerKey('/p/', 'mgr3')]: 'of another version',
  };
  const one = silence(entries);
  assert.equal(one.forMs, 5000);
  assert.deepEqual(one.own, ['host1', '10.0.0.1']);
  assert.deepEqual(one.others, [
    { manager: 'mgr2', hosts: ['host2', '10.0.0.2'] },
    { manager: 'of another version', hosts: [] },
  ]);
  assert.equal(silence(null, null).forMs, null);
  assert.deepEqual(silence(null).others, []);
});

test('a failover that was under way when it was last heard', () => {
  for (const phase of ['recovering', 'opening', 'open', 'replicas'])
    assert.match(silence({ [keys.failover]: failover(phase) }).failover ?? '', /^the failover of db10 that mgr2/);
  for (const phase of ['begun', 'stopping', 'done'])
    assert.equal(silence({ [keys.failover]: failover(phase) }).failover, null);
  assert.match(silence({ [keys.failover]: '{' }).failover ?? '', /cannot be read/);
});

test('it survives the way, and what is none says nothing', () => {
  const one = silence({ [keys.failover]: failover('open') });
  assert.deepEqual(readSilence(JSON.stringify(one)), one);
  for (const text of ['', 'null', '{}', '{"refused":"x"}', JSON.stringify({ ...one, forMs: 'x' })])
    assert.equal(readSilence(text), null, text);
});
