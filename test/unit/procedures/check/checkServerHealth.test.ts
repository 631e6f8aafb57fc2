import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverLines, type SeenServer } from '../../../../src/procedures/check/checkServerHealth.ts';
import { db10, db11, db12, master, replica } from '../switch/switchCases.ts';
import { healthy, session } from './seenServers.ts';

const onMaster = healthy(master(db10), true);
const onReplica = healthy(replica(db11, db10), false);
const neverMaster = healthy(replica(db12, db10), false);
const waiting = replica(db11, db10);
const event = { schema: 'app', name: 'tick', definer: 'root@%', status: 'enabled' } as const;
const health = (more: object): Pick<SeenServer, 'health'> => ({ health: { ...onMaster.health, ...more } });

const cases: readonly (readonly [string, SeenServer, RegExp | null])[] = [
  ['a master that is well', onMaster, null],
  ['a replica that is well', onReplica, null],
  ['events of the master', { ...onMaster, events: [event] }, null],
  ['events of a replica', { ...onReplica, events: [event] }, /^error: it is read-only and runs events, .*: app\.tick$/],
  ['a backup of the master', { ...onMaster, lock: 'locked' }, /^warning: .* global read lock .*: nobody can write/],
  ['a backup of a replica', { ...onReplica, lock: 'locked' }, /^warning: .* global read lock .*: it applies nothing/],
  [
    'an applier that waits',
    {
      ...onReplica,
      state: { ...waiting, replication: { ...waiting.replication!, applier: 'Waiting for backup lock' } },
    },
    /^warning: its applier is "Waiting for backup lock"/,
  ],
  [
    'a long update on the master',
    { ...onMaster, sessions: [session({ seconds: 2, statement: 'UPDATE t SET password = 1' })] },
    /^warning: session 7 of app \(2 s\) write or change for 2 s or more: MHA refuses a planned switch meanwhile$/,
  ],
  ['a short one', { ...onMaster, sessions: [session({ seconds: 1, statement: 'UPDATE t' })] }, null],
  ['long reading on the master', { ...onMaster, sessions: [session({ seconds: 99, statement: ' select 1' })] }, null],
  ['idle on the master', { ...onMaster, sessions: [session({ seconds: 99, command: 'Sleep' })] }, null],
  [
    'long reading on a replica',
    { ...onReplica, sessions: [1, 2, 3, 4].map((id) => session({ id, seconds: 10, statement: 'SELECT 1' })) },
    /^warning: sessions 1 of app \(10 s\), .*3 of app \(10 s\) and 1 more run for 10 s or more: MHA refuses/,
  ],
  ['the same on one that is never master', { ...neverMaster, sessions: [session({ seconds: 99 })] }, null],
  ['connections', { ...onMaster, ...health({ connections: 91 }) }, /^warning: 91 of 100 connections are taken: /],
  ['connections that are left', { ...onMaster, ...health({ connections: 90 }) }, null],
  ['few that there are', { ...onMaster, ...health({ connections: 4, maxConnections: 8 }) }, /^warning: 4 of 8 /],
  ['no heartbeat', { ...onReplica, ...health({ heartbeat: 0 }) }, /^warning: its source sends no heartbeat/],
  ['a long silence', { ...onReplica, ...health({ netTimeout: 3600 }) }, /^warning: it notices only after 3600 s/],
  ['a long silence of nobody', { ...onMaster, ...health({ netTimeout: 3600, heartbeat: 0 }) }, null],
  [
    'what is not known',
    { ...onReplica, ...health({ heartbeat: { unknown: 'denied' } }), lock: { unknown: 'no right' } },
    /^warning: not known: a global read lock: no right; the heartbeat: denied$/,
  ],
];

for (const [what, seen, expected] of cases) {
  test(what, () => {
    const lines = serverLines(seen).map(({ severity, text }) => `${severity}: ${text}`);
    assert.equal(lines.length, expected === null ? 0 : 1, lines.join());
    if (expected !== null) assert.match(lines[0] ?? '', expected);
  });
}
