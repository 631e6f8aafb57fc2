import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failoverPositions } from '../../../src/mha/failoverLog.ts';

const at = (line: string): string => `Thu Nov 26 13:20:21 2026 - [info] ${line}\n`;
const log = (...saved: readonly string[]): string =>
  [
    at('Starting master failover.'),
    at('Dead Servers:'),
    at('  db10(10.0.0.10:3306)'),
    at('Alive Servers:'),
    at('The latest binary log file/position on all slaves is mysql-bin.000003:1234'),
    at("* Phase 3.2: Saving Dead Master's Binlog Phase.."),
    ...saved.map((line) => `${line}\n`),
    at('* Phase 3.3: Determining New Master Phase..'),
    '  Dumping effective binlog data from /var/lib/mysql/relay-bin.000002 position 9 to tail(99).. ok.\n',
    at('Starting master failover..'),
    at(
      ' All other slaves should start replication from here. Statement should be: CHANGE MASTER TO ' +
        "MASTER_HOST='db11 or 10.0.0.11', MASTER_PORT=3306, MASTER_LOG_FILE='bin.000007', MASTER_LOG_POS=777,",
    ),
  ].join('');

test('the dead master could not be read: up to what the latest replica has received', () => {
  const newMaster = 'bin.000007:777';
  assert.deepEqual(failoverPositions(log(), 'db10'), { recovered: 'mysql-bin.000003:1234', newMaster });
  const nothingMore =
    '  No need to dump effective binlog data from /var/log/mysql/mysql-bin.000003 (pos starts 1234, filesize 1234).';
  assert.equal(failoverPositions(log(nothingMore), 'db10').recovered, 'mysql-bin.000003:1234');
});

test('what was read there, in one file and in two', () => {
  const dump = (file: string, from: number, tail: number): string =>
    `  Dumping effective binlog data from /var/log/mysql/${file} position ${from} to tail(${tail}).. ok.`;
  const one = log(dump('mysql-bin.000003', 1234, 5678), ' Concat succeeded.');
  assert.equal(failoverPositions(one, 'db10').recovered, 'mysql-bin.000003:5678');
  const two = log(dump('mysql-bin.000003', 1234, 5678), dump('mysql-bin.000004', 256, 400), ' Concat succeeded.');
  assert.equal(failoverPositions(two, 'db10').recovered, 'mysql-bin.000004:400');
  const broken = log(dump('mysql-bin.000003', 1234, 5678));
  assert.equal(failoverPositions(broken, 'db10').recovered, 'mysql-bin.000003:1234');
});

test("another server's failover, and no failover, say nothing of it", () => {
  const nothing = { recovered: null, newMaster: null };
  assert.deepEqual(failoverPositions(log(), 'db11'), nothing);
  assert.deepEqual(failoverPositions(log(), 'db1'), nothing);
  assert.deepEqual(failoverPositions('', 'db10'), nothing);
});
