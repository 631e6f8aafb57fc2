import assert from 'node:assert/strict';
import { test } from 'node:test';
import { semiSyncLines } from '../../../../src/procedures/check/checkSemiSync.ts';
import type { SeenServer } from '../../../../src/procedures/check/checkServerHealth.ts';
import { db10, db11, db12, master, replica } from '../switch/switchCases.ts';
import { healthy } from './seenServers.ts';

const [on, off] = [
  { enabled: true, active: true },
  { enabled: false, active: false },
];
const fallen = { enabled: true, active: false };
const of = (seen: SeenServer, health: object): SeenServer => ({ ...seen, health: { ...seen.health, ...health } });
const plain = healthy(master(db10), true);
const source = (semiSyncSource: object, semiSyncClients: number): SeenServer =>
  of(plain, { semiSyncSource, semiSyncClients });
const follower = (semiSyncReplica: object, semiSyncSource: object = on): SeenServer =>
  of(healthy(replica(db11, db10), false), { semiSyncReplica, semiSyncSource });
const neverMaster = (semiSyncReplica: object): SeenServer =>
  of(healthy(replica(db12, db10), false), { semiSyncReplica, semiSyncSource: off });

const cases: readonly (readonly [string, readonly SeenServer[], readonly RegExp[]])[] = [
  ['not set up', [plain, follower(off, off)], []],
  [
    'well',
    [source(on, 2), follower(on), neverMaster(on)],
    [/^ok: semi-synchronous: db10 waits for its replicas \(2 ack/],
  ],
  [
    'nobody waits',
    [plain, follower(on), neverMaster(on)],
    [/^warning: db11, db12 acknowledges .*, but db10 waits for nob/],
  ],
  ['no replica', [source(on, 0), follower(off)], [/^warning: db10 has no replica that acknowledges/]],
  ['given up', [source(fallen, 1), follower(on)], [/^warning: db10 has given up waiting for its replicas/]],
  ['one does not', [source(on, 1), follower(on), neverMaster(fallen)], [/^warning: db12 acknowledges nothing/]],
  [
    'the next would not wait',
    [source(on, 1), follower(on, off)],
    [/^warning: db11, made the master, would wait for no/],
  ],
  ['no master', [follower(on)], []],
  ['not known', [{ ...plain, health: { unknown: 'no' } }, follower(on)], []],
];

for (const [what, servers, expected] of cases) {
  test(what, () => {
    const lines = semiSyncLines(servers, ({ state }) => state.server.hostname);
    assert.equal(lines.length, expected.length, JSON.stringify(lines));
    for (const [index, pattern] of expected.entries())
      assert.match(`${lines[index]?.severity}: ${lines[index]?.text}`, pattern);
  });
}
