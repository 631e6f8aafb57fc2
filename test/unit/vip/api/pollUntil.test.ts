import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pollUntil } from '../../../../src/vip/api/pollUntil.ts';
import { FakeClock } from '../../../doubles/clock.ts';

const late = (): Error => new Error('too late');

/** When it was asked. @param answers false until they are used up @param costs how long a look takes */
async function poll(ms: number, answers: number, costs = 0): Promise<{ asked: number[]; error: unknown }> {
  const clock = new FakeClock();
  const asked: number[] = [];
  const isSo = (): Promise<boolean> => {
    asked.push(clock.monotonic());
    clock.advance(costs);
    return Promise.resolve(asked.length > answers);
  };
  const error: unknown = await pollUntil(clock, ms, { first: 100, most: 500 }, isSo, late).catch(
    (thrown: unknown) => thrown,
  );
  return { asked, error };
}

test('what is so at once is asked once, even without any time', async () => {
  assert.deepEqual(await poll(0, 0), { asked: [0], error: undefined });
});

test('the pauses double, up to the longest', async () => {
  assert.deepEqual((await poll(60_000, 5)).asked, [0, 100, 300, 700, 1200, 1700]);
});

test('it gives up before a pause that would not fit, and not later', async () => {
  const { asked, error } = await poll(1_000, 99);
  assert.match(String(error), /too late/);
  assert.deepEqual(asked, [0, 100, 300, 700]);
  assert.deepEqual((await poll(1_000, 99, 600)).asked, [0, 700]);
});
