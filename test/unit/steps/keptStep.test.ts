import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { kept } from '../../../src/steps/keptStep.ts';
import { setReadOnly } from '../../../src/steps/readOnlySteps.ts';
import { FakeServer } from '../../doubles/server.ts';

test('it is not undone, and its failure is left to do', () => {
  const step = kept(setReadOnly(new FakeServer('db10'), false, null));
  assert.equal(step.undo, undefined);
  assert.deepEqual(step.failureLeaves?.(new Failure('mysql', 'no right')), [
    'set read_only=1 on db10: that failed (no right)',
  ]);
});
