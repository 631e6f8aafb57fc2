import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreTransaction } from '../../../../src/context/Store.ts';
import { StoreFailure } from '../../../../src/errors/errors.ts';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';
import { Publisher } from '../../../../src/procedures/managers/Publisher.ts';
import { nothingShared } from '../../../../src/procedures/managers/sharedState.ts';

const keys = clusterKeys('/p/', 'c');
const word = { protected: true, why: null };
const settled = () => new Promise((resolve) => setImmediate(resolve));

function publisher(first: number | null = 7) {
  let epoch = first;
  const puts: string[] = [];
  const answers: (() => void)[] = [];
  let fails = false;
  const transact = ({ change }: StoreTransaction) =>
    new Promise<{ done: boolean; read: never[] }>((resolve, reject) => {
      const [first] = change;
      puts.push(first !== undefined && 'put' in first ? first.value : '');
      answers.push(() =>
        fails ? reject(new StoreFailure('no answer', 'unknown')) : resolve({ done: true, read: [] }),
      );
    });
  const one = new Publisher({ keys, store: { transact }, timeoutMs: 1, epoch: () => epoch, lease: () => '5' } as never);
  async function answer(isFailure = false): Promise<void> {
    fails = isFailure;
    answers.shift()?.();
    await settled();
  }
  return { one, puts, answer, leads: (next: number | null) => (epoch = next) };
}

test('once, until it changes; what comes meanwhile goes afterwards', async () => {
  const { one, puts, answer } = publisher();
  one.publish(nothingShared, word);
  one.publish({ ...nothingShared, absent: ['db10'] }, word);
  one.publishRuns(['a line']);
  assert.equal(puts.length, 1);
  await answer();
  assert.equal(puts.length, 2);
  assert.match(puts[1] ?? '', /"absent":\["db10"\].*"runs":\["a line"\]/);
  await answer();
  one.publish({ ...nothingShared, absent: ['db10'], runs: ['a line'] }, word);
  assert.equal(puts.length, 2);
});

test('what etcd did not take goes again with the next call', async () => {
  const { one, puts, answer } = publisher();
  one.publish(nothingShared, word);
  await answer(true);
  one.publish(nothingShared, word);
  assert.equal(puts.length, 2);
});

test('what was known in an earlier epoch is not told in the next one', async () => {
  const { one, puts, answer, leads } = publisher();
  one.publish(nothingShared, word);
  await answer();
  leads(8);
  one.publishRuns(['a line']);
  assert.equal(puts.length, 1);
  one.publish(nothingShared, word);
  await answer();
  one.publishRuns(['a line']);
  assert.equal(puts.length, 3);
});

test('one that does not lead tells nothing, and runs alone are nothing to tell', () => {
  const away = publisher(null);
  away.one.publish(nothingShared, word);
  const early = publisher();
  early.one.publishRuns(['a line']);
  assert.deepEqual([away.puts, early.puts], [[], []]);
});
