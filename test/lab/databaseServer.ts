// The database server of the db hosts: what differs from one kind of server to the next, in one interface.
import { ADMIN_ACCOUNT, APPLICATION_ACCOUNT, type DatabaseName, HOSTS, REPLICATION_ACCOUNT } from './hosts.ts';

export interface ReplicaOf {
  readonly address: string;
  readonly file: string;
  readonly position: number;
}

export interface DatabaseServer {
  readonly name: string;
  /** Name of the server's process. */
  readonly process: string;
  /** Shell lines run once in each database host, before anything else of the server. */
  readonly prepare: readonly string[];
  /** Shell lines that fill an empty directory with a data directory whose root has no password. Run as root in a host. */
  initialise(directory: string): readonly string[];
  /** Lines of [mysqld] besides the common ones. */
  readonly options: readonly string[];
  /** The server's command line, in words of a shell; runs in the foreground. */
  readonly command: readonly string[];
  readonly accounts: readonly string[];
  replicate(source: ReplicaOf): readonly string[];
  readonly replicaStatus: string;
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

/** MariaDB as Debian packs it. */
export const MARIADB: DatabaseServer = {
  name: 'mariadb',
  process: 'mariadbd',
  prepare: [],
  initialise: (directory) => [
    `mariadb-install-db --no-defaults --user=mysql --datadir=${directory} --auth-root-authentication-method=normal --skip-test-db --skip-name-resolve --innodb-log-file-size=8M >/dev/null`,
  ],
  options: ['log_slave_updates=1', 'innodb_log_file_size=8M', 'bind_address=*'],
  command: ['/usr/sbin/mariadbd', `--defaults-file=${CONFIGURATION_FILE}`, '--user=mysql'],
  accounts: PLAIN_ACCOUNTS,
  replicate: (source) => [
    `CHANGE MASTER TO MASTER_HOST='${source.address}', MASTER_PORT=3306, MASTER_USER='${REPLICATION_ACCOUNT.user}', MASTER_PASSWORD='${REPLICATION_ACCOUNT.password}', MASTER_LOG_FILE='${source.file}', MASTER_LOG_POS=${source.position}, MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=no`,
    'START SLAVE',
  ],
  replicaStatus: 'SHOW SLAVE STATUS',
  isReplicating: (status) => status['Slave_IO_Running'] === 'Yes' && status['Slave_SQL_Running'] === 'Yes',
};

/** read_only=1 stands in the file of every host, the master's too: a server that comes back never takes writes by itself. */
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
