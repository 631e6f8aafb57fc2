import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookUpOnce } from '../../../../src/vip/api/lookUpOnce.ts';

test('it is made once for each key, for those who ask meanwhile too', async () => {
  const made = new Map<string, Promise<number>>();
  let calls = 0;
  const ask = (key: string): Promise<number> => lookUpOnce(made, key, () => Promise.resolve(++calls));
  assert.deepEqual(await Promise.all([ask('a'), ask('a'), ask('b'), ask('a')]), [1, 1, 2, 1]);
});

test('what failed is tried again by whoever asks next', async () => {
  const made = new Map<string, Promise<string>>();
  await assert.rejects(
    lookUpOnce(made, 'a', () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await lookUpOnce(made, 'a', () => Promise.resolve('yes')), 'yes');
});
