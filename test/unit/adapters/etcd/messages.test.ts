import assert from 'node:assert/strict';
import { test } from 'node:test';
import { methods } from '../../../../src/adapters/etcd/messages.ts';

const header = [0x0a, 0x02, 0x18, 0x07];

test('an answer is read with its revision', () => {
  assert.deepEqual(methods.range.deserialize(Buffer.from(header)), { header: { revision: '7' }, kvs: [] });
});

test('an answer that lacks what etcd always says is none', () => {
  assert.throws(() => methods.range.deserialize(Buffer.alloc(0)), /without a header/);
  assert.throws(() => methods.txn.deserialize(Buffer.from([0x10, 0x01])), /without a header/);
  // Field 11, empty.
  assert.throws(() => methods.watch.deserialize(Buffer.from([0x5a, 0x00])), /event without its key/);
});

test('bytes of any kind are an answer or an Error, soon', () => {
  let seed = 1;
  const dice = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let read = 0;
  for (let round = 0; round < 20_000; round += 1) {
    const bytes = Buffer.from([...(dice(2) === 0 ? header : []), ...Array.from({ length: dice(40) }, () => dice(256))]);
    for (const { deserialize } of Object.values(methods)) {
      try {
        const answer: unknown = deserialize(bytes);
        assert.equal(typeof answer, 'object');
        read += 1;
      } catch (error) {
        assert.ok(error instanceof Error && !(error instanceof TypeError), String(error));
      }
    }
  }
  assert.ok(read > 1_000);
});
