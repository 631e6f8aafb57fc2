import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importCycles, importGraph, reached } from '../../../../build/lint/importCycles.ts';

const graphOf = (files: Readonly<Record<string, string>>) => importGraph(new Map(Object.entries(files)));
const found = (files: Readonly<Record<string, string>>): readonly string[] =>
  importCycles(graphOf(files)).map(({ message }) => message);

const waysBack: readonly (readonly [what: string, source: string])[] = [
  ['import', "import { a } from './a.ts';"],
  ['import for its effect', "import './a.ts';"],
  ['import type', "import type { A } from './a.ts';"],
  ['a type among values', "import { type A, a } from './a.ts';"],
  ['export from', "export { a } from './a.ts';"],
  ['export all', "export * from './a.ts';"],
  ['export type', "export type { A } from './a.ts';"],
  ['import() at run time', "export const load = () => import('./a.ts');"],
  ['import() of a type', "export type A = import('./a.ts').A;"],
];

for (const [what, source] of waysBack) {
  test(`lint sees a circle of imports that is closed by ${what}`, () => {
    assert.deepEqual(found({ 'src/x/a.ts': "import { b } from './b.ts';", 'src/x/b.ts': source }), [
      'imports go in a circle: src/x/a.ts -> src/x/b.ts -> src/x/a.ts',
    ]);
  });
}

test('the shortest way round is told, and every file of a circle is in one of them', () => {
  const files = {
    'src/start.ts': "import './a.ts';",
    'src/a.ts': "import './b.ts';\nimport './c.ts';",
    'src/b.ts': "import './c.ts';",
    'src/c.ts': "import './a.ts';",
    'test/self.ts': "import type { A } from './self.ts';",
  };
  assert.deepEqual(found(files), [
    'imports go in a circle: src/a.ts -> src/c.ts -> src/a.ts',
    'imports go in a circle: src/b.ts -> src/c.ts -> src/a.ts -> src/b.ts',
    'imports go in a circle: test/self.ts -> test/self.ts',
  ]);
});

test('no circle: two ways to one file, packages, and what only a comment or a text names', () => {
  const files = {
    'src/a.ts': "import './b.ts';\nimport './c.ts';\nimport 'a.ts';",
    'src/b.ts': "import './c.ts';",
    'src/c.ts': "// import './a.ts';\nexport const text = \"import './a.ts'\";",
  };
  assert.deepEqual(found(files), []);
});

test('what is reached from a file', () => {
  const graph = graphOf({ 'src/a.ts': "import './b.ts';", 'src/b.ts': "import '../test/c.ts';", 'test/c.ts': '' });
  assert.deepEqual([...reached(graph, ['src/a.ts'])], ['src/a.ts', 'src/b.ts', 'test/c.ts']);
  assert.deepEqual([...reached(graph, ['src/b.ts'])], ['src/b.ts', 'test/c.ts']);
});
