import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { linesOf } from '../../../../src/adapters/ready/lines.ts';

test('lines come whole and in their order; the end is an empty text, for ever', async () => {
  const input = new PassThrough();
  const lines = linesOf(input);
  const first = lines.next();
  for (const piece of ['on', 'e\ntwo\nthr']) input.write(piece);
  assert.deepEqual([await first, await lines.next()], ['one', 'two']);
  const waiting = lines.next();
  input.destroy();
  assert.deepEqual([await waiting, await lines.next()], ['', '']);
});
