// MySQL 8.4 and later, as Debian sid packs it.
import { CONFIGURATION_FILE, type DatabaseServer, PLAIN_ACCOUNTS, type Replication } from './databaseServer.ts';
import { debianRoot, type DebianRoot } from './debianRoot.ts';
import { REPLICATION_ACCOUNT } from './hosts.ts';

export function mysqlServer({ gtid }: Replication): DatabaseServer {
  const root = mysqlRoot();
  return {
    name: 'mysql-9.7',
    gtid,
    process: 'mysqld',
    fetched: [root],
    prepare: root.prepare,
    clients: root.clients({ mysql: 'mysql', mysqlbinlog: 'mysqlbinlog' }),
    initialise: (directory) => [
      `${root.chroot} /usr/sbin/mysqld --no-defaults --initialize-insecure --datadir=${directory} ` +
        '--innodb-redo-log-capacity=8M --log-error=/var/log/mysql/initialize.log',
    ],
    options: [
      'innodb_redo_log_capacity=8M',
      'bind_address=*',
      'mysqlx=OFF',
      'secure_file_priv=',
      'performance_schema=ON',
      ...gtidOptions(gtid),
    ],
    unlogged: ['--skip-log-bin', '--gtid-mode=OFF', '--enforce-gtid-consistency=OFF'],
    command: [root.chroot, '/usr/sbin/mysqld', `--defaults-file=${CONFIGURATION_FILE}`],
    accounts: PLAIN_ACCOUNTS,
    replicate: (source) => [
      `CHANGE REPLICATION SOURCE TO SOURCE_HOST='${source.address}', SOURCE_PORT=3306, ` +
        `SOURCE_USER='${REPLICATION_ACCOUNT.user}', SOURCE_PASSWORD='${REPLICATION_ACCOUNT.password}', ` +
        'SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1, ' +
        (gtid ? 'SOURCE_AUTO_POSITION=1' : `SOURCE_LOG_FILE='${source.file}', SOURCE_LOG_POS=${source.position}`),
      'START REPLICA',
    ],
    replicaStatus: 'SHOW REPLICA STATUS',
    stopReceiving: 'STOP REPLICA IO_THREAD',
    isReplicating: (status) => status['Replica_IO_Running'] === 'Yes' && status['Replica_SQL_Running'] === 'Yes',
  };
}

export function mysqlRoot(): DebianRoot {
  return debianRoot('mysql-9.7', 'sid', ['mysql-server-core', 'mysql-client-core'], 'usr/bin/mysqlbinlog');
}

/** Of every MySQL since 5.6. */
export function gtidOptions(gtid: boolean): string[] {
  const state = gtid ? 'ON' : 'OFF';
  return [`gtid_mode=${state}`, `enforce_gtid_consistency=${state}`];
}
