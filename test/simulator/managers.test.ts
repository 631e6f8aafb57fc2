// Stories of three managers, by the seed: the product's own loop, over a store, a network and hosts that fail.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults, type Fault } from './managers/faults.ts';
import { tell } from './managers/managersStory.ts';

test('no act of an old epoch, never two that may act, and somebody protects the cluster in the end', async () => {
  let [acts, epochs] = [0, 0];
  for (let seed = 1; seed <= 100; seed += 1) {
    const story = await tell(seed);
    assert.deepEqual(story.violations, [], `seed ${seed}\n${story.lines.join('\n')}`);
    acts += story.acts;
    epochs += story.epochs;
  }
  assert.ok(acts > 10_000 && epochs > 200, `${acts} acts, ${epochs} epochs: the stories say too little`);
});

const expected: Readonly<Record<Fault, RegExp>> = {
  'no-compare': /epoch \d+ has begun|may act/,
  'no-lease': /nobody protects/,
  'no-margin': /epoch \d+ has begun|may act/,
  'no-deadline': /epoch \d+ has begun|may act/,
  'clock-stands-still': /epoch \d+ has begun|may act/,
};

for (const fault of faults)
  test(`a fault that is planted is found: ${fault}`, async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const [first] = (await tell(seed, fault)).violations;
      if (first === undefined) continue;
      assert.match(first, expected[fault]);
      return;
    }
    assert.fail(`${fault} is not found in 200 stories`);
  });
