import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { watchTerminal } from '../../../../src/adapters/terminal/watchTerminal.ts';

test('input that is no terminal cannot be watched', () => {
  assert.equal(watchTerminal(new PassThrough(), new PassThrough()), null);
});
