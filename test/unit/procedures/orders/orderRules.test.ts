import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderRefusal, recordedMaster } from '../../../../src/procedures/orders/orderRules.ts';
import type { RunRecord, StepRecord } from '../../../../src/steps/journal.ts';
import { db10, db11, db12, down, master, replica, survey } from '../switch/switchCases.ts';

const look = { host: 'db10', master: 'db11', mhaWorks: false };

test('db11 takes writes and has the replica: db10 is closed', () => {
  for (const old of [master(db10), { ...master(db10), readOnly: true }, down(db10)]) {
    const seen = survey([old, master(db11), replica(db12, db11)], ['db10', 'db11']);
    assert.equal(orderRefusal({ ...look, survey: seen }), null);
  }
});

test('while MHA is at work the replica may follow db10 still', () => {
  const seen = survey([master(db10), master(db11), replica(db12, db10)], ['db10', 'db11']);
  assert.equal(orderRefusal({ ...look, mhaWorks: true, survey: seen }), null);
  assert.equal(orderRefusal({ ...look, survey: seen }), 'db12 replicates from it');
});

test('somebody has failed back by hand: db10 stays as it is', () => {
  const readOnly = survey([master(db10), { ...master(db11), readOnly: true }, replica(db12, db10)]);
  assert.match(orderRefusal({ ...look, survey: readOnly }) ?? '', /^db11, which took over, takes no writes now$/);
  const follows = survey([master(db10), replica(db11, db10, { readOnly: false }), replica(db12, db11)]);
  assert.match(orderRefusal({ ...look, survey: follows }) ?? '', /^db11, which took over, replicates from it$/);
  const address = survey([master(db10), master(db11), down(db12)], ['db10']);
  assert.match(orderRefusal({ ...look, survey: address }) ?? '', /^no replica follows db11, and db10 alone has/);
  assert.match(
    orderRefusal({ ...look, master: 'db10', survey: address }) ?? '',
    /^the hooks have made db10 the master/,
  );
});

test('unknown is not no: where db11 does not answer nobody is closed', () => {
  const seen = survey([master(db10), down(db11), replica(db12, db11)], ['db10']);
  assert.match(orderRefusal({ ...look, survey: seen }) ?? '', /^it is not known whether db11, which took over, takes/);
  const without = survey([master(db10), replica(db12, db11)], ['db10']);
  assert.match(orderRefusal({ ...look, survey: without }) ?? '', /^db11, which took over, is not in/);
});

test('no replica answers, and both have the address: db10 is closed', () => {
  assert.equal(
    orderRefusal({ ...look, survey: survey([master(db10), master(db11), down(db12)], ['db10', 'db11']) }),
    null,
  );
  assert.equal(orderRefusal({ ...look, survey: survey([master(db10), master(db11)], ['db11']) }), null);
});

test('the master is the server that the hooks opened last', () => {
  const opened = (host: string, state: StepRecord['state'] = 'done', at = '2026-01-31T03:00:01.000Z'): RunRecord => ({
    run: host,
    pid: 1,
    procedure: 'hard start',
    origHost: 'db10',
    newHost: host,
    startedAt: '',
    end: null,
    steps: [{ id: `clear-read-only:${host}`, title: '', before: {}, state, at, endedAt: null }],
  });
  const order = { master: 'db11', given: '2026-01-31T03:00:00.000Z' };
  assert.equal(recordedMaster([], order), 'db11');
  assert.equal(recordedMaster({ unknown: 'torn' }, order), 'db11');
  assert.equal(recordedMaster([opened('db11'), opened('db12')], order), 'db12');
  assert.equal(recordedMaster([opened('db11'), opened('db12', 'undone')], order), 'db11');
  // Another manager has failed over since: what this host's journal has is older.
  const before = opened('db10', 'done', '2026-01-31T02:59:59.000Z');
  assert.equal(recordedMaster([before], { ...order, foreign: true }), 'db11');
  assert.equal(recordedMaster([opened('db12')], { ...order, foreign: true }), 'db12');
  // Of our own hooks: only the clock was set back.
  assert.equal(recordedMaster([before], order), 'db10');
});
