import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masterToFollow } from '../../../../src/procedures/rejoin/rejoinRules.ts';
import { db10, db11, db12, down, master, replica, survey } from '../switch/switchCases.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';

const follow = (...servers: readonly ServerState[]) =>
  masterToFollow({ conf: '/etc/mha/a.cnf', server: db10, survey: survey(servers), atWork: null });
const closed = (state: ServerState): ServerState => ({ ...state, readOnly: true });

test('the one other server that takes writes', () => {
  assert.equal(follow(master(db10), master(db11), replica(db12, db11)), db11);
  assert.equal(follow(closed(master(db10)), master(db11), replica(db12, db11)), db11);
  assert.equal(follow(closed(master(db10)), master(db11)), db11);
});

for (const [what, servers, why] of [
  ['it does not answer', [down(db10), master(db11)], /^nothing was changed, because db10 cannot be asked/],
  [
    'no other takes writes',
    [master(db10), closed(master(db11)), replica(db12, db10)],
    /no other server is seen to take/,
  ],
  ['two others do', [closed(master(db10)), master(db11), master(db12)], /more than one other server .*: db11, db12$/],
  ['somebody follows it', [master(db10), master(db11), replica(db12, db10)], /db12 replicates from db10$/],
  [
    'nobody shows who is the master, and one is silent',
    [closed(master(db10)), master(db11), down(db12)],
    /it is not known whether db12 takes writes/,
  ],
] as const) {
  test(`refused: ${what}`, () => {
    assert.throws(() => follow(...servers), { kind: 'refused', message: why });
  });
}

test('refused while MHA is at work', () => {
  const seen = survey([master(db10), master(db11)]);
  assert.throws(
    () => masterToFollow({ conf: '', server: db10, survey: seen, atWork: 'a failover' }),
    /a failover is at work$/,
  );
});
