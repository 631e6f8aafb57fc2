import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnknown, listOf, ownWrites, type OwnWrites, type Sides } from '../../../src/mysql/ownWrites.ts';
import type { BinlogEvent } from '../../../src/mysql/ReplicaServer.ts';

/**
 * `[0-10-5]` begins a file, `0-10-6` is a transaction with rows, `0-10-6 FLUSH TABLES` a statement.
 */
function logOf(text: string): readonly BinlogEvent[] {
  const event = (type: string, info = ''): BinlogEvent => ({ position: 0, type, end: 0, info });
  return text.split(/; (?=[[\d])/).flatMap((one) => {
    if (one.startsWith('[')) return [event('Format_desc'), event('Gtid_list', one), event('Binlog_checkpoint')];
    const [gtid, ...statement] = one.split(' ');
    if (statement.length > 0) return [event('Gtid', `GTID ${gtid}`), event('Query', statement.join(' '))];
    return [event('Gtid', `BEGIN GTID ${gtid}`), event('Table_map'), event('Write_rows_v1'), event('Xid')];
  });
}

/** db11 replicates from db10. */
const sides: Sides = { own: 11, master: 10, state: '0-10-90', position: '', logsOthers: true };
const no: OwnWrites = { certain: [], likely: [] };
const certain = (...ranges: readonly string[]): OwnWrites => ({ certain: ranges, likely: [] });
const likely = (...ranges: readonly string[]): OwnWrites => ({ certain: [], likely: ranges });

const cases: readonly (readonly [string, string, Partial<Sides>, OwnWrites])[] = [
  ['written after the last of the master', '[]; 0-10-90; 0-11-91', {}, certain('0-11-91..91')],
  [
    'the master used the number too',
    '[]; 0-10-90; 0-11-91; 0-10-91; 0-10-92',
    { state: '0-10-92' },
    certain('0-11-91..91'),
  ],
  ['several', '[]; 0-10-90; 0-11-91; 0-11-92; 0-10-91', { state: '0-10-99' }, certain('0-11-91..92')],
  ['the master is at the same number', '[]; 0-10-90; 0-11-91', { state: '0-10-91' }, certain('0-11-91..91')],
  [
    'a file begins in between',
    '[]; 0-10-90; 0-11-91; [0-10-90,0-11-91]; 0-10-91',
    { state: '0-10-99' },
    certain('0-11-91..91'),
  ],
  ['the list at the beginning shows the master before', '[0-11-4,0-10-90]; 0-11-91', {}, certain('0-11-91..91')],
  ['a statement', '[]; 0-10-90; 0-11-91 use `app`; CREATE TABLE t (n INT)', {}, certain('0-11-91..91')],
  // Where the master has gone on, and the replica has not got that yet.
  ['the master is ahead', '[]; 0-10-90; 0-11-91', { state: '0-10-95' }, likely('0-11-91..91')],
  [
    'another server was the master before',
    '[]; 0-12-90; 0-11-91; 0-10-91',
    { state: '0-12-90,0-10-91' },
    likely('0-11-91..91'),
  ],
  [
    'files are left out',
    '[]; 0-10-90; 0-11-91; [0-11-91,0-10-99]; 0-10-100',
    { state: '0-10-100' },
    likely('0-11-91..91'),
  ],
  // Histories in which the master has it, or may have it.
  ['a former master', '[]; 0-11-1; 0-11-2; 0-10-3', { state: '0-11-2,0-10-3' }, no],
  [
    'a former master, and the new one does not log what it replicates',
    '[]; 0-11-1; 0-10-2',
    { state: '0-10-2', position: '0-11-1' },
    no,
  ],
  ['the same, long ago', '[]; 0-10-1; 0-11-2; 0-12-3; 0-10-4', { state: '0-10-4', position: '0-12-3' }, no],
  ['the master before and after it', '[]; 0-10-90; 0-11-91; 0-10-92', { state: '0-10-92,0-11-91' }, no],
  ['the same, RESET MASTER since', '[]; 0-10-90; 0-11-91; 0-10-92; 0-10-93', { state: '0-10-5' }, no],
  ['RESET MASTER there just now', '[]; 0-10-90; 0-11-91', { state: '' }, no],
  ['a master of a dump with a new binary log', '[]; 0-11-1; 0-11-2; 0-11-3; 0-10-1; 0-10-2', { state: '0-10-2' }, no],
  ['the same, and it was the master before', '[]; 0-10-40; 0-11-41; 0-10-1; 0-10-60', { state: '0-10-60' }, no],
  ['before it was a replica', '[]; 0-11-1; 0-11-2; 0-10-1; 0-10-2; 0-10-3', { state: '0-10-3' }, no],
  ['RESET MASTER here', '[]; 0-10-91', { state: '0-10-91' }, no],
  ['another domain', '[]; 0-10-90; 11-11-1; 0-10-91', { state: '0-10-91' }, no],
  ['purged: the order is not known', '[0-10-90,0-11-91]; 0-11-92; 0-10-91', { state: '0-10-91' }, no],
  // What changes no rows.
  ['FLUSH', '[]; 0-10-90; 0-11-91 FLUSH TABLES; 0-10-91', { state: '0-10-91' }, no],
  ['ANALYZE with a comment', '[]; 0-10-90; 0-11-91 use `app`; /* x */ analyze table writes', {}, no],
];
for (const [what, text, more, expected] of cases) {
  test(`${what}: ${text}`, () => {
    assert.deepEqual(ownWrites(logOf(text), true, { ...sides, ...more }), expected);
  });
}

for (const [what, text, more, expected] of [
  ['numbers left out, which the master has used', '[]; 0-11-91; 0-11-92', {}, likely('0-11-91..92')],
  ['and a former master', '[]; 0-11-1; 0-11-2; 0-11-91', { position: '0-11-2' }, likely('0-11-91..91')],
  ['numbered from the first on', '[]; 0-11-1; 0-11-2', {}, no],
  ['numbered on where it was', '[0-11-40]; 0-11-41', {}, no],
  ['the master does not have those before', '[]; 0-11-91', { state: '0-10-20' }, no],
  ['FLUSH', '[]; 0-11-91 FLUSH TABLES', {}, no],
] as const) {
  test(`without log_slave_updates, ${what}: ${text}`, () => {
    assert.deepEqual(ownWrites(logOf(text), true, { ...sides, logsOthers: false, ...more }), expected);
  });
}

test('not read to the end: what is not decided by then is likely', () => {
  assert.deepEqual(ownWrites(logOf('[]; 0-10-90; 0-11-91'), false, sides), likely('0-11-91..91'));
  assert.deepEqual(
    ownWrites(logOf('[]; 0-10-90; 0-11-91; 0-10-91'), false, { ...sides, state: '0-10-91' }),
    certain('0-11-91..91'),
  );
});

test('a list of GTIDs', () => {
  assert.deepEqual(listOf('[]'), []);
  assert.deepEqual(listOf('[0-10-5, 1-11-7]'), [
    { domain: 0, server: 10, sequence: 5n },
    { domain: 1, server: 11, sequence: 7n },
  ]);
});

test('what the master knows to have executed', () => {
  const [gtid] = listOf('0-11-50');
  assert.ok(gtid);
  const unknown = (state: string, position: string) => isUnknown(gtid, { ...sides, state, position });
  assert.equal(unknown('0-10-90', ''), true);
  assert.equal(unknown('0-10-90,0-11-50', ''), false);
  assert.equal(unknown('0-10-90,0-11-49', ''), true);
  assert.equal(unknown('0-10-90', '0-11-60'), false);
  assert.equal(unknown('0-10-90', '0-12-60'), false, 'it has executed what came later');
  assert.equal(unknown('0-10-90', '1-11-60'), true);
});
