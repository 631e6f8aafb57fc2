// MySQL 8.4 and later from a root directory of its own (debootstrap), run by chroot in the database hosts.
//
// Once, as root: debootstrap --variant=minbase --include=mysql-server-core,mysql-client-core sid /var/cache/mha-lab/roots/mysql
// MHA 0.58 itself does not speak with these servers; the hooks can be called as MHA calls them.
import { join } from 'node:path';
import { CONFIGURATION_FILE, type DatabaseServer, PLAIN_ACCOUNTS } from './databaseServer.ts';
import { REPLICATION_ACCOUNT } from './hosts.ts';
import { CACHE_DIRECTORY } from './layer.ts';

export const MYSQL_ROOT = join(CACHE_DIRECTORY, 'roots', 'mysql');

// What the server shares with its host. The root lies on the machine's disk and shows through: writes stay in the lab's memory.
const SHARED = ['/etc/mysql', '/var/lib/mysql', '/var/log/mysql', '/run/mysqld', '/run/lab', '/tmp', '/dev', '/proc'];
const CHROOT = `chroot --userspec="$(id -u mysql):$(id -g mysql)" ${MYSQL_ROOT}`;

export const MYSQL: DatabaseServer = {
  name: 'mysql',
  process: 'mysqld',
  prepare: SHARED.flatMap((path) => [`mkdir -p ${path} ${MYSQL_ROOT}${path}`, `mount --rbind ${path} ${MYSQL_ROOT}${path}`]),
  initialise: (directory) => [
    `${CHROOT} /usr/sbin/mysqld --no-defaults --initialize-insecure --datadir=${directory} --innodb-redo-log-capacity=8M --log-error=/var/log/mysql/initialize.log`,
  ],
  options: ['innodb_redo_log_capacity=8M', 'bind_address=*', 'mysqlx=OFF', 'secure_file_priv=', 'performance_schema=ON'],
  command: [CHROOT, '/usr/sbin/mysqld', `--defaults-file=${CONFIGURATION_FILE}`],
  accounts: PLAIN_ACCOUNTS,
  replicate: (source) => [
    `CHANGE REPLICATION SOURCE TO SOURCE_HOST='${source.address}', SOURCE_PORT=3306, SOURCE_USER='${REPLICATION_ACCOUNT.user}', SOURCE_PASSWORD='${REPLICATION_ACCOUNT.password}', SOURCE_LOG_FILE='${source.file}', SOURCE_LOG_POS=${source.position}, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1`,
    'START REPLICA',
  ],
  replicaStatus: 'SHOW REPLICA STATUS',
  isReplicating: (status) => status['Replica_IO_Running'] === 'Yes' && status['Replica_SQL_Running'] === 'Yes',
};
