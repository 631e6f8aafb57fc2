import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hunt } from './hunt.ts';
import { tell } from './simulate.ts';

const stories = 20_000;

test(`${stories} stories of switches, failovers and undoing, and no promise is broken`, async () => {
  const found = await hunt({ from: 1, to: stories, fault: null, mostFound: 1 });
  const [first] = found.broken;
  if (first !== undefined) {
    const { story } = await tell(first.seed);
    assert.fail(`make simulate SEED=${first.seed}\n${(story ?? []).join('\n')}`);
  }
  assert.equal(found.stories, stories);
});

test('a seed tells the same story each time', async () => {
  let lines = 0;
  for (let seed = 1; seed <= 20; seed += 1) {
    const first = await tell(seed);
    assert.deepEqual(await tell(seed), first);
    lines += first.story?.length ?? 0;
  }
  assert.ok(lines > 200);
});
