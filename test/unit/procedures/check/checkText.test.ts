import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failed, ok, warning, at, type Body } from '../../../../src/procedures/check/CheckLine.ts';
import { checkText, exitCodeOfCheck, verdict } from '../../../../src/procedures/check/checkText.ts';

const error = failed('ssh', 'no SSH');
const lines = (...bodies: readonly Body[]) => at('mgr', bodies);

for (const [bodies, said] of [
  [[ok('a')], 'READY'],
  [[ok('a'), warning('b')], 'READY (1 warning)'],
  [[warning('a'), warning('b')], 'READY (2 warnings)'],
  [[error], 'NOT READY: 1 error'],
  [[error, error, warning('a')], 'NOT READY: 2 errors, 1 warning'],
] as const) {
  test(`the verdict: ${said}`, () => {
    assert.equal(verdict(lines(...bodies)), said);
  });
}

test('one line for each, below its host, with what to do behind it; the verdict comes last', () => {
  const text = checkText([...lines(ok('a'), warning('b', 'do c')), ...at('db10', [failed('mysql', 'db10: d')])]);
  assert.equal(text, 'mgr\n  OK       a\n  WARNING  b -- do c\ndb10\n  ERROR    d\nNOT READY: 1 error, 1 warning');
});

test('the same fault of several hosts stands once, and counts for each', () => {
  const host = (name: string, ...more: readonly Body[]) =>
    at(name, [ok('SSH works'), warning('late', 'look'), ...more]);
  const text = checkText([...host('db10'), ...host('db11', error), ...at('db12', [ok('SSH works')])]);
  assert.equal(
    text,
    'db10\n  OK       SSH works\ndb10, db11\n  WARNING  late -- look\ndb11\n  OK       SSH works\n  ERROR    no SSH\n' +
      'db12\n  OK       SSH works\nNOT READY: 1 error, 2 warnings',
  );
});

test('the exit code is that of the first error', () => {
  assert.equal(exitCodeOfCheck(lines(warning('a'))), 0);
  assert.equal(exitCodeOfCheck(lines(warning('a'), error, failed('mysql', 'b'))), 5);
});

test('for a screen what is well with several stands once, too', () => {
  const all = [...at('db10', [ok('SSH works'), ok('a')]), ...at('db11', [ok('SSH works')])];
  assert.equal(checkText(all, true), 'db10, db11\n  OK       SSH works\ndb10\n  OK       a\nREADY');
});
