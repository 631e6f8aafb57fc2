import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceLines } from '../../../../src/procedures/check/checkSources.ts';

const mariadb = (...names: string[]) =>
  sourceLines(
    'mariadb',
    names.map((name) => ({ Connection_name: name, Master_Host: `of${name}` })),
  ).map(({ severity, text }) => [severity, text]);
const mysql = (...names: string[]) =>
  sourceLines(
    'mysql',
    names.map((name) => ({ Channel_Name: name, Source_Host: `of${name}` })),
  ).map(({ severity, text }) => [severity, text]);

test('no source, or one without a name: nothing is said', () => {
  assert.deepEqual(mariadb(), []);
  assert.deepEqual(mariadb(''), []);
  assert.deepEqual(mysql('', 'group_replication_applier'), []);
});

test('MariaDB: further connections are named; without one that MHA sees it is an error', () => {
  const [[severity, text] = []] = mariadb('', 'east', 'west');
  assert.equal(severity, 'warning');
  assert.match(text ?? '', /further sources too \(east of ofeast, west of ofwest\)/);
  assert.equal(mariadb('east')[0]?.[0], 'error');
  assert.match(mariadb('east')[0]?.[1] ?? '', /only by a connection with a name \(east of ofeast\)/);
});

test('MySQL: any channel with a name is an error, since MHA\u2019s statements mean all of them', () => {
  for (const lines of [mysql('', 'east'), mysql('east')]) {
    assert.equal(lines[0]?.[0], 'error');
    assert.match(lines[0]?.[1] ?? '', /channel with a name \(east of ofeast\)/);
  }
});
