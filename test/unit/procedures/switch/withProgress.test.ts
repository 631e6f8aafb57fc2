import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../../src/adapters/systemClock.ts';
import { withProgress } from '../../../../src/procedures/switch/withProgress.ts';
import type { Clock } from '../../../../src/context/Context.ts';

function watched(wanted = true) {
  const shown: string[] = [];
  return { shown, progress: { wanted, show: (text: string) => shown.push(text), clear: () => shown.push('cleared') } };
}

/** Each second of it takes a turn of the event loop. */
function quickClock(): Clock {
  let ms = 0;
  return {
    now: () => new Date(ms),
    monotonic: () => ms,
    sinceBoot: () => ms,
    async sleep(more, signal) {
      await new Promise(setImmediate);
      signal?.throwIfAborted();
      ms += more;
    },
  };
}

const turns = async (count: number): Promise<string> => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
  return 'done';
};

test('what goes on and the seconds, and at the end nothing of it', async () => {
  const { shown, progress } = watched();
  assert.equal(await withProgress(progress, quickClock(), () => 'waiting', turns(6)), 'done');
  assert.deepEqual(shown.slice(0, 2), ['waiting (1 s)', 'waiting (2 s)']);
  assert.equal(shown.at(-1), 'cleared');
});

test('nothing while there is nothing to say', async () => {
  const { shown, progress } = watched();
  await withProgress(progress, quickClock(), () => '', turns(6));
  assert.deepEqual(shown, ['cleared']);
});

test('work that fails fails, and the line is taken away before', async () => {
  const { shown, progress } = watched();
  await assert.rejects(
    withProgress(progress, systemClock, () => 'x', Promise.reject(new Error('no'))),
    /^Error: no$/,
  );
  assert.deepEqual(shown, ['cleared']);
});

test('where nobody watches nothing is shown', async () => {
  const { shown, progress } = watched(false);
  assert.equal(await withProgress(progress, quickClock(), () => 'x', turns(4)), 'done');
  assert.deepEqual(shown, []);
});
