import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedText, countTransactions } from '../../../../src/procedures/rejoin/divergenceText.ts';

const rows = [
  '### INSERT INTO `app`.`writes`',
  '### SET',
  '###   @1=100',
  '### INSERT INTO `app`.`writes`',
  '### DELETE FROM `app`.`old`',
];

test('MySQL, with GTID and without', () => {
  for (const kind of ['GTID', 'Anonymous_GTID']) {
    const text = [
      `#261126 13:00:00 server id 10  end_log_pos 234 CRC32 0x1 \t${kind}\tlast_committed=0\tsequence_number=1`,
      "SET @@SESSION.GTID_NEXT= 'ANONYMOUS'/*!*/;",
      '#261126 13:00:00 server id 10  end_log_pos 310 CRC32 0x1 \tQuery\tthread_id=8\texec_time=0\terror_code=0',
      'SET TIMESTAMP=1/*!*/;',
      'BEGIN',
      '/*!*/;',
      ...rows,
      'COMMIT/*!*/;',
    ].join('\n');
    assert.equal(countedText(countTransactions(text)), '1 transaction: app.writes 2 rows, app.old 1 row');
  }
});

test('MariaDB, with a statement of its own', () => {
  const text = [
    '#261126 13:00:00 server id 10  end_log_pos 369 CRC32 0x1 \tGTID 0-10-4 ddl',
    '/*M!100101 SET @@session.skip_parallel_replication=0*//*!*/;',
    '#261126 13:00:00 server id 10  end_log_pos 460 CRC32 0x1 \tQuery\tthread_id=8\texec_time=0\terror_code=0\txid=0',
    'use `app`/*!*/;',
    'SET TIMESTAMP=1/*!*/;',
    'CREATE TABLE app.more (n INT)',
    '/*!*/;',
  ].join('\n');
  assert.equal(countedText(countTransactions(text)), '1 transaction: 1 statement without rows');
});

test('MySQL 5.6 without GTID: a frame is a transaction, and so is a statement without one', () => {
  const query = '#261126 13:00:00 server id 10  end_log_pos 310 CRC32 0x1 \tQuery\tthread_id=8\texec_time=0';
  const text = [
    query,
    'SET TIMESTAMP=1/*!*/;',
    'BEGIN',
    '/*!*/;',
    '#261126 13:00:00 server id 10  end_log_pos 350 CRC32 0x1 \tWrite_rows: table id 70 flags: STMT_END_F',
    ...rows,
    '#261126 13:00:00 server id 10  end_log_pos 390 CRC32 0x1 \tXid = 31',
    'COMMIT/*!*/;',
    query,
    'BEGIN',
    '/*!*/;',
    query,
    'INSERT INTO app.more VALUES (1)',
    '/*!*/;',
    'COMMIT/*!*/;',
    query,
    'CREATE TABLE app.more (n INT)',
    '/*!*/;',
  ].join('\n');
  assert.equal(
    countedText(countTransactions(text)),
    '3 transactions: app.writes 2 rows, app.old 1 row, 2 statements without rows',
  );
});

test('more than five tables: the largest are named', () => {
  const text = [1, 2, 3, 4, 5, 6].flatMap((n) => Array<string>(n).fill(`### UPDATE \`s\`.\`t${n}\``)).join('\n');
  assert.equal(
    countedText(countTransactions(text)),
    '0 transactions: s.t6 6 rows, s.t5 5 rows, s.t4 4 rows, s.t3 3 rows, s.t2 2 rows, 1 more tables',
  );
});
