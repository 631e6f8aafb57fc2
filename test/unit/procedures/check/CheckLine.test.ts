import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import { at, failed, found, ok, thrown, warning } from '../../../../src/procedures/check/CheckLine.ts';

test('the host stands above: a text that begins with it loses it, and only then', () => {
  const texts = (where: string): readonly string[] =>
    at(where, [ok('db10: fine'), ok('db10:3306 answers'), ok('db1: fine')]).map(({ text }) => text);
  assert.deepEqual(texts('db10'), ['fine', 'db10:3306 answers', 'db1: fine']);
  assert.deepEqual(at('db10', [warning('x', 'y')]), [{ where: 'db10', severity: 'warning', text: 'x', hint: 'y' }]);
});

test('what was thrown is an error of its kind, or only a warning for what a failover does not need', () => {
  const failure = new Failure('ssh', 'no answer', { hint: 'is it up?' });
  assert.deepEqual(thrown(failure), failed('ssh', 'no answer', 'is it up?'));
  assert.deepEqual(thrown(failure, true), warning('no answer', 'is it up?'));
  assert.equal(thrown(new TypeError('x')).kind, 'internal');
});

test("a provider's finding keeps its weight; an error without a kind is one of the address", () => {
  assert.deepEqual(found({ severity: 'warning', text: 'x', hint: 'y', kind: 'ssh' }), warning('x', 'y'));
  assert.deepEqual(found({ severity: 'error', text: 'x' }), failed('address', 'x'));
  assert.deepEqual(found({ severity: 'error', text: 'x', kind: 'ssh' }), failed('ssh', 'x'));
});
