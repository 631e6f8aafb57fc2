import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFailure, fileErrorText, problemLine } from '../../../src/config/problems.ts';

test('one problem is told with its place, as an editor takes it', () => {
  assert.equal(problemLine('/etc/a.conf', { line: 3, text: 'x' }), '/etc/a.conf:3: x');
  assert.equal(problemLine('/etc/a.conf', { text: 'x' }), '/etc/a.conf: x');
  const failure = configFailure('/etc/a.conf', [{ line: 3, text: 'x' }]);
  assert.equal(failure.message, '/etc/a.conf:3: x');
  assert.equal(failure.exitCode, 3);
});

test('several: one line in the order of the file, and each for itself', () => {
  const { message, problems } = configFailure('F', [{ line: 7, text: 'z' }, { text: 'x' }, { line: 2, text: 'y' }]);
  assert.deepEqual(problems, ['F: x', 'F:2: y', 'F:7: z']);
  assert.match(message, /^3 problems in F: x; line 2: y; line 7: z$/);
});

test('why a file cannot be read, without a stack or a path twice', () => {
  const error = (code: string): Error => Object.assign(new Error(`${code}: open '/x'`), { code });
  assert.equal(fileErrorText(error('EACCES')), 'permission denied');
  for (const code of ['ENOENT', 'EISDIR', 'ENOTDIR']) assert.doesNotMatch(fileErrorText(error(code)), /\/x/);
  assert.equal(fileErrorText(error('EIO')), "EIO: open '/x'");
  assert.equal(fileErrorText('odd'), 'odd');
});
