import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  archivePath,
  joinedLines,
  journalPath,
  linesOf,
  rotatingPath,
  runOf,
  textOf,
} from '../../../src/steps/journalFiles.ts';

test('the files lie beside each other, and only the journal is called one', () => {
  const places = { stateDirectory: '/state' };
  const paths = [journalPath, rotatingPath, archivePath].map((path) => path(places, 'c1'));
  assert.deepEqual(paths, ['/state/c1.journal', '/state/c1.journal.rotating', '/state/c1.journal.archive']);
  assert.equal(paths.filter((path) => path.endsWith('.journal')).length, 1);
});

test('a line of two files stands there once, and one that a file has twice stays so', () => {
  assert.deepEqual(joinedLines('a\nb\n', '\nb\nc\nc\n'), ['a', 'b', 'c', 'c']);
  assert.deepEqual([linesOf('\n\na\n'), linesOf(''), textOf(['a', 'b']), textOf([])], [['a'], [], 'a\nb\n', '']);
});

test('the run that a line is about', () => {
  assert.equal(runOf('{"kind":"end","run":"r"}'), 'r');
  for (const line of ['{"kind":"end","run":"r', 'null', '7', '{"run":7}', '']) assert.equal(runOf(line), null, line);
});
