// Every difference between servers that matters here. A server that is in no row does not exist: the last row of each
// family is open-ended.

import type { SqlValue } from '../context/Context.ts';

export type Family = 'mysql' | 'mariadb';

export interface Dialect {
  readonly family: Family;
  /** For people: `MariaDB 10.11.6`. */
  readonly name: string;
  readonly binlogStatus: 'SHOW MASTER STATUS' | 'SHOW BINARY LOG STATUS';
  readonly replicaStatus: 'SHOW SLAVE STATUS' | 'SHOW REPLICA STATUS';
  /** Whether the server has super_read_only. */
  readonly superReadOnly: boolean;
  /** Whether the server has SET PERSIST, which outlives a restart. */
  readonly persists: boolean;
  /** A statement whose column `gtid` has the GTIDs of the binary log. */
  readonly gtidPosition: string;
  /** Words of ALTER EVENT that disable an event as on a replica. */
  readonly disableEvent: 'DISABLE ON SLAVE' | 'DISABLE ON REPLICA';
}

interface Row {
  readonly family: Family;
  /** First version, as [major, minor, patch]; the rows of a family are newest first. */
  readonly since: readonly [number, number, number];
  readonly binlogStatus: Dialect['binlogStatus'];
  readonly replicaStatus: Dialect['replicaStatus'];
  readonly superReadOnly: boolean;
}

// MySQL 8.0.22 brought SHOW REPLICA STATUS, 8.4.0 dropped SHOW SLAVE STATUS; MySQL 8.2.0 brought SHOW BINARY LOG
// STATUS, 8.4.0 dropped SHOW MASTER STATUS; super_read_only came with 5.7.8 (MySQL reference manual). MariaDB kept SHOW
// MASTER STATUS and has no super_read_only.
const rows: readonly Row[] = [
  {
    family: 'mysql',
    since: [8, 2, 0],
    binlogStatus: 'SHOW BINARY LOG STATUS',
    replicaStatus: 'SHOW REPLICA STATUS',
    superReadOnly: true,
  },
  {
    family: 'mysql',
    since: [5, 7, 8],
    binlogStatus: 'SHOW MASTER STATUS',
    replicaStatus: 'SHOW SLAVE STATUS',
    superReadOnly: true,
  },
  {
    family: 'mysql',
    since: [0, 0, 0],
    binlogStatus: 'SHOW MASTER STATUS',
    replicaStatus: 'SHOW SLAVE STATUS',
    superReadOnly: false,
  },
  {
    family: 'mariadb',
    since: [0, 0, 0],
    binlogStatus: 'SHOW MASTER STATUS',
    replicaStatus: 'SHOW SLAVE STATUS',
    superReadOnly: false,
  },
];

/**
 * The dialect of a server, from what `SELECT VERSION()` answers, for instance `10.11.6-MariaDB-0+deb12u1-log` or
 * `8.4.3`.
 */
export function dialectOf(version: string): Dialect {
  const family: Family = /mariadb/i.test(version) ? 'mariadb' : 'mysql';
  // A MariaDB that replicates to old slaves puts "5.5.5-" before its real version.
  const numbers = (/^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  const row = rows.find((candidate) => candidate.family === family && !isOlder(numbers, candidate.since));
  if (row === undefined) throw new Error(`no dialect for server version ${JSON.stringify(version)}`);
  return {
    family,
    name: `${family === 'mariadb' ? 'MariaDB' : 'MySQL'} ${numbers.join('.') || version}`,
    binlogStatus: row.binlogStatus,
    replicaStatus: row.replicaStatus,
    superReadOnly: row.superReadOnly,
    // MySQL 8.0.11 was the first that was released with it.
    persists: family === 'mysql' && !isOlder(numbers, [8, 0, 11]),
    gtidPosition: gtidStatement(family, numbers),
    // DISABLE ON REPLICA came with MySQL 8.0.22 or later, and 8.4 deprecates the other words.
    disableEvent: family === 'mysql' && !isOlder(numbers, [8, 2, 0]) ? 'DISABLE ON REPLICA' : 'DISABLE ON SLAVE',
  };
}

function gtidStatement(family: Family, version: readonly number[]): string {
  if (family === 'mariadb') return 'SELECT @@global.gtid_binlog_pos AS gtid';
  // MySQL before 5.6 has none.
  return isOlder(version, [5, 6, 5]) ? "SELECT '' AS gtid" : 'SELECT @@global.gtid_executed AS gtid';
}

function isOlder(version: readonly number[], than: readonly number[]): boolean {
  for (const [index, part] of than.entries()) {
    const own = version[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}

/**
 * What a server says of its read_only: 0/1 and OFF/ON everywhere, NO_LOCK and NO_LOCK_NO_ADMIN since MariaDB 12.0.
 * Null: anything else, or nothing (a proxy may have answered), which is neither "takes writes" nor "takes none".
 */
export function readOnlyOf(value: SqlValue | undefined): boolean | null {
  const word = String(value ?? '').toUpperCase();
  if (['0', 'OFF'].includes(word)) return false;
  return ['1', 'ON', 'NO_LOCK', 'NO_LOCK_NO_ADMIN'].includes(word) ? true : null;
}

/** A switch of the server's, of which nothing counts as off. */
export function isSet(value: string | number | null): boolean {
  return !['0', 'OFF', ''].includes(String(value ?? '').toUpperCase());
}
