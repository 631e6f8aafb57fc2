import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswer, readRequest } from '../../../../src/procedures/managers/guardMessages.ts';

test('a request is read as hooks and as Perl write it; what is none is not guessed at', () => {
  const whole = { what: 'x', phase: 'begun', epoch: 7, from: 'db10', to: null, position: null };
  assert.deepEqual(readRequest(JSON.stringify(whole)), whole);
  assert.deepEqual(readRequest('{"what":"x","phase":"lead","epoch":"12"}'), {
    what: 'x',
    phase: 'lead',
    epoch: 12,
    from: null,
    to: null,
    position: null,
  });
  for (const text of [
    '',
    'null',
    '{}',
    '{"what":"x","phase":"gone"}',
    '{"what":"x","phase":"lead","epoch":"a"}',
    '[1]',
  ])
    assert.equal(readRequest(text), null, text);
});

test('only a plain yes is one', () => {
  assert.deepEqual(readAnswer('{"granted":true}'), { granted: true });
  assert.deepEqual(readAnswer('{"refused":"no"}'), { refused: 'no' });
  for (const text of ['', 'null', '{}', '{"granted":"true"}', '{"refused":1}', '{'])
    assert.equal(readAnswer(text), null);
});
