import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readResultsFile } from '../../resultsFile.ts';
import { topologies } from '../../topologies/topologies.ts';
import {
  isFor,
  resultKey,
  type Results,
  topologiesMarkdown,
  withTopologies,
} from '../../topologies/topologiesTable.ts';

const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const found = readResultsFile<Results>(file('docs/topologies.json'));

test('a row for each topology: as it came out, or that it was not run', () => {
  const [first, second] = topologies;
  assert.ok(first !== undefined && second !== undefined);
  const text = topologiesMarkdown([first, second], { [first.name]: { is: 'wrong', note: 'a | b', on: '2026-11-26' } });
  assert.deepEqual(text.split('\n').slice(2), [
    `| ${first.what} | **wrong** | a \\| b |  |`,
    `| ${second.what} | not run |  |  |`,
    '',
    '1 of 2 run, 2026-11-26.',
    '',
  ]);
});

test('docs/mha/topologies.md has the table of docs/topologies.json', () => {
  const page = readFileSync(file('docs/mha/topologies.md'), 'utf8');
  assert.equal(page, withTopologies(page, topologies, found), 'node test/topologies/topologies.ts --table');
});

test('other servers beside it: alike, or how it came out there', () => {
  const [first] = topologies;
  assert.ok(first !== undefined);
  const well = { is: first.is, note: 'n', on: '2026-11-26' };
  const keys = ['', ' mysql-9.7-gtid', ' mysql-5.6'].map((server) => first.name + server);
  const text = topologiesMarkdown([first], {
    ...Object.fromEntries(keys.map((key) => [key, well])),
    [`${first.name} mariadb-11.8`]: { ...well, is: 'wrong', note: 'why' },
  });
  assert.match(
    text,
    /\| n \| MySQL 9\.7 with GTID, MySQL 5\.6, \*\*not MariaDB 11\.8\*\*: why \|\n\n1 of 1 run, 2026-11-26/,
  );
});

test('what is found with which server', () => {
  const plain = { name: 'ring', what: '', is: 'works', run: () => Promise.resolve('') } as const;
  assert.equal(resultKey(plain, { name: 'mariadb-10.11', gtid: false }), 'ring');
  assert.equal(resultKey(plain, { name: 'mysql-5.6', gtid: false }), 'ring mysql-5.6');
  assert.equal(resultKey({ ...plain, gtid: true }, { name: 'mysql-5.6', gtid: false }), 'ring mysql-5.6-gtid');
  assert.equal(isFor(plain, { name: 'mysql-5.6', gtid: false }), true);
  assert.equal(isFor({ ...plain, only: 'mariadb' }, { name: 'mysql-5.6', gtid: false }), false);
  assert.equal(isFor({ ...plain, only: 'mariadb' }, { name: 'mariadb-11.8', gtid: true }), true);
});

test('each was found as it must be, with each server', () => {
  const wrong = topologies.flatMap(({ name, is }) =>
    Object.keys(found).filter((key) => key.split(' ')[0] === name && found[key]?.is !== is),
  );
  assert.deepEqual(wrong, []);
  assert.deepEqual(
    topologies.filter(({ name }) => found[name] === undefined).map(({ name }) => name),
    [],
  );
});
