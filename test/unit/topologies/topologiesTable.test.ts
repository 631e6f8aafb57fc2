import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readResultsFile } from '../../resultsFile.ts';
import { topologies } from '../../topologies/topologies.ts';
import { type Results, topologiesMarkdown, withTopologies } from '../../topologies/topologiesTable.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const found = readResultsFile<Results>(file('docs/topologies.json'));

test('a row for each topology: as it came out, or that it was not run', () => {
  const [first, second] = topologies;
  assert.ok(first !== undefined && second !== undefined);
  const text = topologiesMarkdown([first, second], { [first.name]: { is: 'wrong', note: 'a | b', on: '2026-11-26' } });
  assert.deepEqual(text.split('\n').slice(2), [
    `| ${first.what} | **wrong** | a \\| b |`,
    `| ${second.what} | not run |  |`,
    '',
    '1 of 2 run, 2026-11-26.',
    '',
  ]);
});

test('docs/mha/topologies.md has the table of docs/topologies.json', () => {
  const page = readFileSync(file('docs/mha/topologies.md'), 'utf8');
  assert.equal(page, withTopologies(page, topologies, found), 'node test/topologies/topologies.ts --table');
});

test('each was found as it must be', () => {
  assert.deepEqual(
    topologies.filter(({ name, is }) => found[name]?.is !== is).map(({ name }) => name),
    [],
  );
});
