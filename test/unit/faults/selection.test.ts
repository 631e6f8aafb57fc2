import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedText } from '../../faults/expected.ts';
import { withTables } from '../../faults/faultsTable.ts';
import { knockFigures } from '../../faults/clients/knocker.ts';
import { hexadecimal } from '../../faults/referee/hostLook.ts';
import type { RowResult } from '../../faults/results.ts';
import { allRows } from '../../faults/rows/allRows.ts';
import { batches, chosenRows } from '../../faults/selection.ts';

test('there are at least a hundred rows, each with a name of its own', () => {
  assert.ok(allRows.length >= 100, `${allRows.length} rows`);
  assert.equal(new Set(allRows.map(({ id }) => id)).size, allRows.length);
  for (const { id } of allRows) assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test('rows are chosen by name, with * for anything', () => {
  const ids = chosenRows(allRows, ['undo-t*-master said-locked-tables']).map(({ id }) => id);
  assert.deepEqual(ids, ['undo-third-master', 'said-locked-tables']);
  assert.equal(chosenRows(allRows, []).length, allRows.length);
  assert.throws(() => chosenRows(allRows, ['undo-*', 'no-such-*']), /^Error: faults: no row is called no-such-\*/);
});

test('without LAB_SERVER about a third of the rows are tried with MySQL 9.7 and GTID too', () => {
  const [own, ...others] = batches(allRows, {});
  const other = others.find(({ variant }) => variant === 'mysql-9.7-gtid');
  assert.ok((other?.rows.length ?? 0) >= (own?.rows.length ?? 0) / 3, `${other?.rows.length} rows`);
  const [chosen] = batches(allRows, { LAB_SERVER: 'mysql-9.7', LAB_GTID: '1' });
  assert.equal(chosen?.variant, 'mysql-9.7-gtid');
});

test('the old master comes back with each of the four set-ups', () => {
  const [, ...others] = batches(chosenRows(allRows, ['return-cable-in-again']), {});
  assert.deepEqual(
    others.map(({ variant, server }) => [variant, server.gtid]),
    [
      ['mariadb-10.11-gtid', true],
      ['mysql-9.7', false],
      ['mysql-9.7-gtid', true],
    ],
  );
});

test('what is expected is a sentence', () => {
  assert.equal(
    expectedText({ exits: { undo: 'refused', switch: [0, 10] }, master: ['db10', 'db11'], outageMs: 5000 }, 90_000),
    '`undo` refuses; `switch` exit 0 or 10; db10 or db11 is the master; outage under 5 s; over within 90 s',
  );
});

test('the document gets a table for each server, between its marks', () => {
  const result: RowResult = {
    fault: 'a | b',
    moment: 'then',
    expected: 'all is well',
    exits: { undo: 9, switch: null },
    wh2Ms: 50,
    w2Ms: 100,
    h2Ms: 0,
    acknowledged: 12,
    lost: 3,
    clientOutageMs: null,
    outageMs: 700,
    seconds: 60,
    faults: ['3 of 12 acknowledged writes are lost'],
    on: '2025-01-02',
  };
  const text = withTables('before\n<!-- faults:begin -->\nold\n<!-- faults:end -->\nafter\n', allRows, {
    'mariadb-10.11': { 'undo-third-master': result },
  });
  assert.ok(
    text.startsWith(
      'before\n<!-- faults:begin -->\n### mariadb-10.11\n\n' +
        '1 rows: 0 right, 1 wrong; 1 with two masters. 1 minutes, on 2025-01-02.\n',
    ),
  );
  assert.ok(
    text.includes(
      '\n| `undo-third-master` | a \\| b | then | all is well ' +
        '| `undo` 9, `switch` runs on | 50 / 100 | 3 of 12 | to the end ' +
        '| **wrong**: 3 of 12 acknowledged writes are lost |\n',
    ),
    text,
  );
  assert.ok(text.endsWith('<!-- faults:end -->\nafter\n'));
});

test('knocks: who answered in turn, and the longest silence', () => {
  const knocks = [
    [0, 10],
    [100, 10],
    [200, null],
    [900, 11],
    [1000, null],
  ] as const;
  assert.deepEqual(knockFigures(knocks.map(([atMs, server]) => ({ atMs, server }))), {
    answered: 3,
    longestSilenceMs: 800,
    servers: [10, 11],
  });
});

test('an IPv6 address as /proc/net/if_inet6 writes it', () => {
  assert.equal(hexadecimal('fd00:10::155'), 'fd000010000000000000000000000155');
  assert.equal(hexadecimal('::1'), '00000000000000000000000000000001');
  assert.equal(hexadecimal('1:2:3:4:5:6:7:8'), '00010002000300040005000600070008');
});
