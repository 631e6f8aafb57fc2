import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replicationLine } from '../../../../src/procedures/check/checkHosts.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import { app, db10, db11, db12, master, replica, survey } from '../switch/switchCases.ts';

const apart: ServerState = { ...master(db10), readOnly: true };
const stopped = replica(db11, db10);
const broken = { ...stopped, replication: { ...stopped.replication!, running: false } };

for (const [what, state, others, severity, hint] of [
  ['the master', master(db10), [], 'ok', /^$/],
  ['a replica', replica(db11, db10), [], 'ok', /^$/],
  ['a replica that takes writes', replica(db11, db10, { readOnly: false }), [], 'warning', /^set read_only=1/],
  ['a replica that does not replicate', broken, [], 'error', /^fix the replication/],
  ['a crashed master that is back', apart, [master(db11), replica(db12, db11)], 'error', /^make it a replica of db11$/],
  ['read-only like all others', apart, [replica(db11, db10)], 'error', /^see below which server must be the master/],
] as const) {
  test(`${what}: ${severity}`, () => {
    const line = replicationLine(app, state, survey([state, ...others]));
    assert.equal(line.severity, severity);
    assert.match(line.hint ?? '', hint);
  });
}
