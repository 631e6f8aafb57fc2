// The database server of the db hosts: what differs from one kind of server to the next, in one interface.
import { ADMIN_ACCOUNT, APPLICATION_ACCOUNT, type DatabaseName, HOSTS, REPLICATION_ACCOUNT } from './hosts.ts';

export interface ReplicaOf {
  readonly address: string;
  readonly file: string;
  readonly position: number;
}

/** As LAB_SERVER has it; plain `mariadb` is the machine's own where that is none of the others. */
export const SERVER_NAMES = ['mariadb-10.11', 'mariadb-11.8', 'mysql-5.6', 'mysql-9.7'] as const;
export type ServerName = (typeof SERVER_NAMES)[number];
export type KnownServer = ServerName | 'mariadb';

/** Each server replicates by GTID, or by file and position. */
export interface Replication {
  readonly gtid: boolean;
}

export interface Fetched {
  /** Shows that it is there. */
  readonly file: string;
  /** @throws Error when it cannot be fetched; then nothing is left behind */
  fetch(): void;
}

export interface DatabaseServer extends Replication {
  readonly name: KnownServer;
  /** Name of the server's process. */
  readonly process: string;
  /** What is needed beside the packages of the hosts, and where it is kept; makes it when it is missing. */
  readonly fetched: readonly Fetched[];
  /** Shell lines run once in each database host, before anything else of the server. */
  readonly prepare: readonly string[];
  /** Shell lines that put the server's own client programs into a host, under the names that MHA calls. */
  readonly clients: readonly string[];
  /**
   * Shell lines that fill an empty directory with a data directory whose root has no password. Run as root in a host.
   */
  initialise(directory: string): readonly string[];
  /** Lines of [mysqld] besides the common ones. */
  readonly options: readonly string[];
  /**
   * Options on the command line with which the accounts are made: nothing of that may be in a binary log or count as a
   * transaction.
   */
  readonly unlogged: readonly string[];
  /** The server's command line, in words of a shell; runs in the foreground. */
  readonly command: readonly string[];
  readonly accounts: readonly string[];
  replicate(source: ReplicaOf): readonly string[];
  readonly replicaStatus: string;
  readonly stopReceiving: string;
  isReplicating(status: Readonly<Record<string, string | number | null>>): boolean;
}

export const CONFIGURATION_FILE = '/etc/mysql/lab.cnf';
export const SOCKET = '/run/mysqld/mysqld.sock';
export const FIRST_BINARY_LOG = 'mysql-bin.000001';

export const PLAIN_ACCOUNTS = [
  `CREATE USER '${ADMIN_ACCOUNT.user}'@'%' IDENTIFIED BY '${ADMIN_ACCOUNT.password}'`,
  `GRANT ALL PRIVILEGES ON *.* TO '${ADMIN_ACCOUNT.user}'@'%' WITH GRANT OPTION`,
  `CREATE USER '${REPLICATION_ACCOUNT.user}'@'%' IDENTIFIED BY '${REPLICATION_ACCOUNT.password}'`,
  `GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '${REPLICATION_ACCOUNT.user}'@'%'`,
  `CREATE DATABASE ${APPLICATION_ACCOUNT.schema}`,
  `CREATE TABLE ${APPLICATION_ACCOUNT.schema}.writes (id BIGINT PRIMARY KEY, server INT NOT NULL) ENGINE=InnoDB`,
  `CREATE USER '${APPLICATION_ACCOUNT.user}'@'%' IDENTIFIED BY '${APPLICATION_ACCOUNT.password}'`,
  `GRANT ALL PRIVILEGES ON ${APPLICATION_ACCOUNT.schema}.* TO '${APPLICATION_ACCOUNT.user}'@'%'`,
];

/**
 * read_only=1 stands in the file of every host, the master's too: a server that comes back never takes writes by
 * itself.
 */
export function configuration(server: DatabaseServer, host: DatabaseName): string {
  return [
    '[mysqld]',
    `server_id=${host.replace('db', '')}`,
    `report_host=${host}`,
    `report_port=3306`,
    'datadir=/var/lib/mysql',
    `socket=${SOCKET}`,
    'pid_file=/run/mysqld/mysqld.pid',
    'tmpdir=/tmp',
    'log_error=/var/log/mysql/error.log',
    'log_bin=/var/log/mysql/mysql-bin',
    'relay_log=/var/lib/mysql/relay-bin',
    'relay_log_purge=0',
    'read_only=1',
    'skip_name_resolve=1',
    'sync_binlog=1',
    'innodb_flush_log_at_trx_commit=1',
    'innodb_buffer_pool_size=32M',
    'max_connections=100',
    ...server.options,
  ].join('\n');
}

export function addressOf(host: DatabaseName): string {
  return HOSTS[host].ipv4;
}
