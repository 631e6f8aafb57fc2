import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageMs, thisMoment } from '../../../src/steps/moment.ts';
import { FakeClock } from '../../doubles/clock.ts';

const clock = new FakeClock();
const places = { bootId: 'this start' };

test('an age is that of the machine, whatever the wall clock says', () => {
  const then = thisMoment({ clock, places });
  clock.advance(5_000);
  assert.equal(ageMs(then, { clock, places }), 5_000);
  const stepped = { now: () => new Date(clock.now().getTime() + 7_200_000), sinceBoot: () => clock.sinceBoot() };
  assert.equal(ageMs(then, { clock: stepped, places }), 5_000);
});

test('what was before the last start of the machine is older than anything', () => {
  const then = thisMoment({ clock, places });
  assert.equal(ageMs(then, { clock, places: { bootId: 'another start' } }), Infinity);
});

test('records of an older version have the wall clock alone', () => {
  const at = new Date(clock.now().getTime() - 3_000).toISOString();
  assert.equal(ageMs({ at }, { clock, places }), 3_000);
});
