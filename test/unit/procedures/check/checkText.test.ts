import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureExitCodes } from '../../../../src/errors/errors.ts';
import { at, failed, ok, warning } from '../../../../src/procedures/check/CheckLine.ts';
import { checkText, exitCodeOfCheck } from '../../../../src/procedures/check/checkText.ts';

const good = at('db10', [ok('answers'), warning('slow', 'look')]);
const bad = at('db11', [failed('ssh', 'no\nkey', 'add it'), failed('mysql', 'down')]);

test('a group for each host, one line for each finding, and the numbers at the end', () => {
  const lines = checkText([...good, ...bad, ...at('db10', [ok('late')])]).split('\n');
  assert.deepEqual(
    lines.slice(0, -1).map((line) => line.trim().split(/\s+/)[0]),
    ['db10', 'OK', 'WARNING', 'OK', 'db11', 'ERROR', 'ERROR'],
  );
  assert.match(lines[2] ?? '', /slow -- look$/);
  assert.match(lines[5] ?? '', /no key -- add it$/);
  assert.match(lines.at(-1) ?? '', /\b2 errors\b.*\b1 warning\b(?!s)/);
});

test('one error is told in the singular, and the last line is another one without any', () => {
  const last = (lines: typeof good): string => checkText(lines).split('\n').at(-1) ?? '';
  assert.match(last(bad.slice(0, 1)), /\b1 error\b(?!s)/);
  assert.notEqual(last(good).split(':')[0], last(bad).split(':')[0]);
});

test('warnings let it end with 0; the first error decides otherwise', () => {
  assert.equal(exitCodeOfCheck([]), 0);
  assert.equal(exitCodeOfCheck(good), 0);
  assert.equal(exitCodeOfCheck([...good, ...bad]), failureExitCodes.ssh);
  assert.equal(exitCodeOfCheck(bad.slice(1)), failureExitCodes.mysql);
});
