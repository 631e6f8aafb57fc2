import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testOfItsName } from '../../../../build/lint/testOfItsName.ts';
import type { WithoutTest } from '../../../../build/lint/withoutTest.ts';

/** Seen by a test that runs the program, where no other is given. */
const entry = (path: string, ...seenBy: readonly string[]): WithoutTest => ({
  path,
  why: 'a reason',
  seenBy: seenBy.length === 0 ? ['test/scenarios/any.test.ts'] : seenBy,
});

const found = (files: Readonly<Record<string, string>>, ...entries: readonly WithoutTest[]): readonly string[] =>
  testOfItsName(new Map(Object.entries({ ...files, 'test/scenarios/any.test.ts': '' })), entries).map(
    ({ path, message }) => `${path}: ${message}`,
  );

const table = 'build/lint/withoutTest.ts';
const source = 'export const one = 1;';

test('a source without a test of its name at its place is refused', () => {
  const files = {
    'src/a/one.ts': source,
    'src/B/Two.pm': '1;',
    'test/unit/one.test.ts': '',
    'test/unit/a/two.test.ts': '',
  };
  assert.deepEqual(found(files), [
    `src/a/one.ts: there is no test/unit/a/one.test.ts, nor a reason in ${table}`,
    `src/B/Two.pm: there is no test/unit/B/Two.test.ts, nor a reason in ${table}`,
  ]);
});

test('a test of its name, or nothing left at run time, is enough', () => {
  const types =
    "import type { A } from './b.ts';\nexport type { C } from './c.ts';\nexport interface B extends A {}\ntype D = B;";
  assert.deepEqual(found({ 'src/a/one.ts': source, 'test/unit/a/one.test.ts': '', 'src/a/types.ts': types }), []);
  const values = "import { a } from './b.ts';\nexport type B = typeof a;";
  assert.equal(found({ 'src/a/types.ts': values }).length, 1);
});

test('a reason holds for a file or for a folder; the longer path counts', () => {
  const files = { 'src/a/one.ts': source, 'src/a/b/two.ts': source, 'src/a.ts': source };
  assert.deepEqual(found(files, entry('a/'), entry('a/b/two.ts')), [
    `src/a.ts: there is no test/unit/a.test.ts, nor a reason in ${table}`,
  ]);
  assert.deepEqual(found({ 'src/a/one.ts': source }, entry('a/'), entry('a/one.ts')), [
    `${table}: a/: nothing is without a test there any more: remove the entry`,
  ]);
});

test('a reason for what is gone, or has a test by now, is refused', () => {
  const files = { 'src/a/one.ts': source, 'test/unit/a/one.test.ts': '' };
  assert.deepEqual(found(files, entry('a/one.ts'), entry('gone.ts'), entry('a/')), [
    `${table}: a/one.ts: nothing is without a test there any more: remove the entry`,
    `${table}: gone.ts: nothing is without a test there any more: remove the entry`,
    `${table}: a/: nothing is without a test there any more: remove the entry`,
  ]);
});

test('the tests that are named exist', () => {
  const files = { 'src/a.ts': source, 'test/unit/fixture.ts': '' };
  assert.deepEqual(found(files, entry('a.ts', 'test/contract/gone.test.ts', 'test/unit/fixture.ts')), [
    `${table}: a.ts: there is no test test/contract/gone.test.ts`,
    `${table}: a.ts: there is no test test/unit/fixture.ts`,
  ]);
});

test('the tests that are named see the files, unless they run the program as a whole', () => {
  const files = {
    'src/a/one.ts': source,
    'src/a/two.ts': source,
    'test/contract/a.test.ts': "import './fixture.ts';",
    'test/contract/fixture.ts': "import '../../src/a/one.ts';",
    'test/scenarios/a.test.ts': '',
  };
  assert.deepEqual(found(files, entry('a/', 'test/contract/a.test.ts')), [
    `${table}: a/: none of its tests imports src/a/two.ts`,
  ]);
  assert.deepEqual(found(files, entry('a/', 'test/contract/a.test.ts', 'test/scenarios/a.test.ts')), []);
});

test('a reason without a test is none', () => {
  const files = { 'src/a.ts': source };
  assert.deepEqual(found(files, { ...entry('a.ts'), seenBy: [] }), [`${table}: a.ts: name the tests that see it`]);
});
