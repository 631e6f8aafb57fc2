import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../../src/context/budget.ts';
import { FakeClock } from '../../doubles/clock.ts';

test('a call gets its own limit, or what is left', () => {
  const clock = new FakeClock();
  const budget = new Budget(clock, 'online stop', 10_000);
  assert.equal(budget.limit(3_000), 3_000);
  clock.advance(8_500);
  assert.equal(budget.limit(3_000), 1_500);
  assert.equal(budget.limit(1_000), 1_000);
});

test('when nothing is left it says of what, and how much there was', () => {
  const clock = new FakeClock();
  const budget = new Budget(clock, 'online stop', 10_000);
  clock.advance(10_000);
  assert.throws(() => budget.limit(1), { kind: 'deadline', message: /^online stop .*10 s$/, hint: /run_timeout/ });
});

test('undoing has time of its own, however late it is', () => {
  const clock = new FakeClock();
  const budget = new Budget(clock, 'online stop', 10_000);
  clock.advance(60_000);
  budget.beginUndo(5_000);
  assert.equal(budget.limit(60_000), 5_000);
  clock.advance(5_000);
  assert.throws(() => budget.limit(1), { kind: 'deadline', message: /undo.*online stop .*5 s$/ });
});

test('who goes on after undoing has what was left, less the time that undoing took', () => {
  const clock = new FakeClock();
  const budget = new Budget(clock, 'online stop', 10_000);
  clock.advance(2_000);
  const goOn = budget.beginUndo(60_000);
  clock.advance(3_000);
  goOn();
  assert.equal(budget.limit(60_000), 5_000);
  clock.advance(5_000);
  assert.throws(() => budget.limit(1), { message: /^online stop has/ });
});
