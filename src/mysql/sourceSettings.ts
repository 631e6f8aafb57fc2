// How a replica reaches its source: read from one that works, and given to another. Facts: the columns of SHOW SLAVE
// STATUS and SHOW REPLICA STATUS, and the options of CHANGE MASTER and CHANGE REPLICATION SOURCE, of MySQL 5.6 to 9.7
// and MariaDB 10.3 to 11.8.
import type { SqlRow, SqlValue } from '../context/Context.ts';
import type { Dialect } from './dialect.ts';

/** Where in the source's binary log a replica begins. */
export type Begin =
  | { readonly kind: 'auto-position' }
  /** MariaDB's gtid_slave_pos. */
  | { readonly kind: 'slave_pos' }
  | { readonly kind: 'file'; readonly file: string; readonly position: number };

export interface SourceSettings {
  /** How it follows: by GTID, or by file and position. */
  readonly follows: Begin['kind'];
  /** Options of CHANGE MASTER in the words of the older servers, for instance `MASTER_SSL`. */
  readonly options: ReadonlyMap<string, SqlValue>;
}

/** Columns in the words of the older servers -> options; text where nothing else is said. */
const textOptions: ReadonlyMap<string, string> = new Map([
  ['Master_SSL_CA_File', 'MASTER_SSL_CA'],
  ['Master_SSL_CA_Path', 'MASTER_SSL_CAPATH'],
  ['Master_SSL_Cert', 'MASTER_SSL_CERT'],
  ['Master_SSL_Cipher', 'MASTER_SSL_CIPHER'],
  ['Master_SSL_Key', 'MASTER_SSL_KEY'],
  ['Master_SSL_Crl', 'MASTER_SSL_CRL'],
  ['Master_SSL_Crlpath', 'MASTER_SSL_CRLPATH'],
  ['Master_TLS_Version', 'MASTER_TLS_VERSION'],
  ['Master_public_key_path', 'MASTER_PUBLIC_KEY_PATH'],
]);
const switches: ReadonlyMap<string, string> = new Map([
  ['Master_SSL_Allowed', 'MASTER_SSL'],
  ['Master_SSL_Verify_Server_Cert', 'MASTER_SSL_VERIFY_SERVER_CERT'],
  ['Get_master_public_key', 'GET_MASTER_PUBLIC_KEY'],
]);
const numbers: ReadonlyMap<string, string> = new Map([
  ['Connect_Retry', 'MASTER_CONNECT_RETRY'],
  ['Master_Retry_Count', 'MASTER_RETRY_COUNT'],
]);

/** @param row of SHOW SLAVE STATUS or SHOW REPLICA STATUS */
export function settingsOf(row: SqlRow): SourceSettings {
  const options = new Map<string, SqlValue>();
  for (const [column, option] of textOptions) {
    const value = columnOf(row, column);
    if (value !== null && value !== '') options.set(option, String(value));
  }
  for (const [column, option] of switches) {
    const value = columnOf(row, column);
    if (value !== null) options.set(option, ['Yes', '1'].includes(String(value)) ? 1 : 0);
  }
  for (const [column, option] of numbers) {
    const value = columnOf(row, column);
    if (value !== null && value !== '') options.set(option, Number(value));
  }
  return { follows: followsBy(row), options };
}

function followsBy(row: SqlRow): Begin['kind'] {
  if (String(row['Auto_Position'] ?? '') === '1') return 'auto-position';
  return ['Slave_Pos', 'Current_Pos'].includes(String(row['Using_Gtid'] ?? '')) ? 'slave_pos' : 'file';
}

/** Newer servers say Source for Master. */
function columnOf(row: SqlRow, column: string): SqlValue {
  const newer = column.replace('Master', 'Source').replace('_master_', '_Source_');
  return row[column] ?? row[newer] ?? row[newer.replace('_Source_', '_source_')] ?? null;
}

export interface Source {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface Statement {
  /** A `?` for each value: what the server refuses is shown without them. */
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** CHANGE MASTER, or CHANGE REPLICATION SOURCE. */
export function changeSource(
  dialect: Pick<Dialect, 'family' | 'replicaStatus'>,
  source: Source,
  begin: Begin,
  options: SourceSettings['options'],
): Statement {
  const isNew = dialect.replicaStatus === 'SHOW REPLICA STATUS';
  const name = (option: string): string => (isNew ? option.replace('MASTER', 'SOURCE') : option);
  const all: readonly (readonly [string, SqlValue])[] = [
    ['MASTER_HOST', source.host],
    ['MASTER_PORT', source.port],
    ['MASTER_USER', source.user],
    ['MASTER_PASSWORD', source.password],
    ...options,
    ...beginOptions(dialect.family, begin),
  ];
  const using = begin.kind === 'slave_pos' ? ['MASTER_USE_GTID = slave_pos'] : [];
  const without = dialect.family === 'mariadb' && begin.kind === 'file' ? ['MASTER_USE_GTID = no'] : [];
  const assignments = [...all.map(([option]) => `${name(option)} = ?`), ...using, ...without].join(', ');
  return {
    sql: `${isNew ? 'CHANGE REPLICATION SOURCE TO' : 'CHANGE MASTER TO'} ${assignments}`,
    values: all.map(([, value]) => value),
  };
}

function beginOptions(family: Dialect['family'], begin: Begin): readonly (readonly [string, SqlValue])[] {
  switch (begin.kind) {
    case 'auto-position':
      return [['MASTER_AUTO_POSITION', 1]];
    case 'slave_pos':
      return [];
    case 'file':
      return [
        ['MASTER_LOG_FILE', begin.file],
        ['MASTER_LOG_POS', begin.position],
        // It may have followed by GTID before.
        ...(family === 'mysql' ? [['MASTER_AUTO_POSITION', 0] as const] : []),
      ];
  }
}
