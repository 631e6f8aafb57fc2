import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factsOf } from '../../../../src/procedures/watch/watchFacts.ts';
import { app, db10, db11, db12, down, master, replica, survey } from '../switch/switchCases.ts';

const look = (...args: Parameters<typeof survey>) => ({ app, survey: survey(...args), events: [], errant: [] });

test('figures of a look', () => {
  const well = look([master(db10), replica(db11, db10), down(db12)], ['db10'], ['db12']);
  assert.deepEqual(factsOf(well, 1, 5), {
    at: 5,
    holders: 1,
    writable: 1,
    notSeen: 2,
    lag: [{ host: 'db11', seconds: 0 }],
    leftToDo: 1,
  });
});

test('what nobody could say is no 0', () => {
  const dark = factsOf(look([down(db10), down(db11)], [], ['db10', 'db11']), null, 5);
  assert.deepEqual([dark.holders, dark.writable, dark.notSeen, dark.leftToDo], [null, null, 4, null]);
});
