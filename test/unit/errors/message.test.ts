import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { asFailure, errorLine, errorText, oneLine, shortened } from '../../../src/errors/message.ts';

test('whatever a server says becomes one printable line', () => {
  assert.equal(oneLine(' a\r\n\tb\u0000c\u2028d\u001b[0m  e\u007f '), 'a b c d [0m e');
  assert.equal(oneLine('\n'), '');
});

test('a message has the beginning of what is too long for it', () => {
  assert.equal(shortened('abc', 3), 'abc');
  assert.equal(shortened('abcd', 3), 'abc...');
});

test('what is wrong, then what to do', () => {
  assert.equal(errorLine(new Failure('config', 'a\nb')), 'a b');
  assert.equal(errorLine(new Failure('config', 'a', { hint: 'do\nb' })), 'a -- do b');
});

test('the text of anything that was thrown', () => {
  assert.equal(errorText(new TypeError('x\ny')), 'x y');
  assert.equal(errorText(new TypeError('')), 'TypeError');
  assert.equal(errorText('text'), 'text');
  assert.equal(errorText(undefined), 'undefined');
});

test('a failure stays itself; anything else is a defect, with the cause kept', () => {
  const failure = new Failure('mysql', 'x');
  assert.equal(asFailure(failure), failure);
  const thrown = new RangeError('deep');
  const made = asFailure(thrown);
  assert.equal(made.kind, 'internal');
  assert.equal(made.cause, thrown);
  assert.match(made.message, /deep/);
  assert.match(made.hint ?? '', /MHA_HELPER_DEBUG/);
});
