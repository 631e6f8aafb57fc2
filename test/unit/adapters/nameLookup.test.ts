import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookup } from '../../../src/adapters/nameLookup.ts';

test('the addresses of a name, and an address itself', async () => {
  assert.ok((await lookup('localhost', 5_000)).some((address) => address === '127.0.0.1' || address === '::1'));
  assert.deepEqual(await lookup('192.0.2.1', 5_000), ['192.0.2.1']);
});

test('a name that nobody has is told of', async () => {
  await assert.rejects(lookup('db10.invalid', 2_000), {
    kind: /address|deadline/,
    message: /db10\.invalid/,
    hint: /DNS/,
  });
});
