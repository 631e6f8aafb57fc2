import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMaster } from '../../../../src/procedures/check/checkMaster.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import { app, closed, db10, db11, db12, down, master, replica, survey } from '../switch/switchCases.ts';

const readOnly: Partial<ServerState> = { readOnly: true };

for (const [what, servers, text, hint] of [
  [
    'several servers take writes',
    [master(db10), { ...replica(db11, db10), readOnly: false }, replica(db12, db10)],
    /^more than one server takes writes: db10, db11$/,
    /^set read_only=1 on all but the master at once$/,
  ],
  [
    'nobody is seen to, and one could not be asked: no other is to be opened',
    [closed(db10), replica(db11, db10), replica(db12, db10)],
    /^no server is seen to take writes, and it is not known whether db10 does$/,
    /^find out about db10 first, and open no other server to writes until then$/,
  ],
  [
    'nobody does',
    [{ ...master(db10), ...readOnly }, replica(db11, db10), replica(db12, db10)],
    /^no server takes writes$/,
    /^is a failover or a switch running .* unfinished work .* if neither, set read_only=0/,
  ],
  [
    'two have replicas',
    [master(db10), { ...master(db11), ...readOnly }, replica(db12, db11), { ...replica(db12, db10) }],
    /^more than one master: db10, db11 each have replicas$/,
    /^fix the replication first$/,
  ],
  [
    'nobody replicates',
    [master(db10)],
    /^db10 takes writes, but no server replicates from it$/,
    /^fix the replication/,
  ],
  [
    'another is the master of the replicas',
    [master(db10), { ...master(db11), ...readOnly }, replica(db12, db11)],
    /^db10 takes writes, but the others replicate from db11$/,
    /^fix the replication first$/,
  ],
] as const) {
  test(what, () => {
    const lines = checkMaster(app, survey(servers));
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.severity, 'error');
    assert.match(lines[0]?.text ?? '', text);
    assert.match(lines[0]?.hint ?? '', hint);
  });
}

test('a master that came back read-only: how it is opened', () => {
  const servers = [{ ...master(db10), ...readOnly }, replica(db11, db10), replica(db12, db10)];
  const [line] = checkMaster(app, survey(servers), { text: 'db10 is read-only', hint: 'open it' });
  assert.deepEqual([line?.text, line?.hint], ['no server takes writes: db10 is read-only', 'open it']);
});

test('all is well', () => {
  assert.deepEqual(checkMaster(app, survey([master(db10), replica(db11, db10), replica(db12, db10)])), [
    { severity: 'ok', text: 'db10 alone takes writes' },
  ]);
});

test('alone, as far as is known', () => {
  const [line] = checkMaster(app, survey([master(db10), replica(db11, db10), down(db12)]));
  assert.equal(line?.text, 'db10 alone takes writes (not known of db12)');
});

test('nobody could become the master', () => {
  const [, line] = checkMaster(app, survey([master(db10), replica(db12, db10)]));
  assert.match(line?.text ?? '', /no server that could become the master/);
  assert.match(line?.hint ?? '', /no_master=1 in \/etc\/mha\/app1\.cnf/);
});
