import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootId } from '../../../../src/adapters/processes/bootId.ts';

test('one start of the machine has one name', () => {
  assert.match(bootId() ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(bootId(), bootId());
});
