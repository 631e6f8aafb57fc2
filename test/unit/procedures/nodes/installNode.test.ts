import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { compatFiles } from '../../../../src/adapters/compatLayer.ts';
import { packed } from '../../../../src/procedures/nodes/installNode.ts';

test('the whole layer fits into one word of a command line, and comes out as it was', () => {
  const files = compatFiles();
  const words = packed(files);
  // Of 128 kB, with room for quotes and for what is still to come.
  assert.ok(words.join("' '").length < 100_000, `${words.join("' '").length} bytes`);
  const unpacked = words.flatMap((word, index) =>
    index % 2 === 0 ? [] : [gunzipSync(Buffer.from(word, 'base64')).toString()],
  );
  assert.deepEqual(unpacked, Object.values(files));
});
