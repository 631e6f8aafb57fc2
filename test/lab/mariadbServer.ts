// MariaDB as Debian packs it: the machine's own, or that of another Debian.
import { readFileSync } from 'node:fs';
import { CONFIGURATION_FILE, type DatabaseServer, PLAIN_ACCOUNTS, type Replication } from './databaseServer.ts';
import { debianRoot, type DebianRoot } from './debianRoot.ts';
import { REPLICATION_ACCOUNT } from './hosts.ts';

const SUITES = { 'mariadb-10.11': 'bookworm', 'mariadb-11.8': 'trixie' } as const;
export type MariadbName = keyof typeof SUITES;

/** The machine's own: the name it has on Debian 12 and 13, plainly `mariadb` elsewhere. */
export type OwnName = MariadbName | 'mariadb';

export function ownMariadb(): OwnName {
  const suite = /^VERSION_CODENAME=(\w+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  return (Object.keys(SUITES) as MariadbName[]).find((name) => SUITES[name] === suite) ?? 'mariadb';
}

export function mariadbServer(name: OwnName, { gtid }: Replication): DatabaseServer {
  const root =
    name === 'mariadb' || name === ownMariadb()
      ? undefined
      : debianRoot(name, SUITES[name], ['mariadb-server-core', 'mariadb-client'], 'usr/bin/mariadb-binlog');
  return {
    name,
    gtid,
    process: 'mariadbd',
    fetched: root === undefined ? [] : [root],
    prepare: root?.prepare ?? [],
    clients:
      root?.clients({
        mysql: 'mariadb',
        mysqlbinlog: 'mariadb-binlog',
        mariadb: 'mariadb',
        'mariadb-binlog': 'mariadb-binlog',
      }) ?? [],
    initialise: (directory) => initialise(directory, root),
    options: ['log_slave_updates=1', 'innodb_log_file_size=8M', 'bind_address=*'],
    unlogged: ['--skip-log-bin'],
    command: [
      ...(root === undefined ? [] : [root.chroot]),
      '/usr/sbin/mariadbd',
      `--defaults-file=${CONFIGURATION_FILE}`,
      ...(root === undefined ? ['--user=mysql'] : []),
    ],
    accounts: PLAIN_ACCOUNTS,
    replicate: (source) => [
      // A former master knows its own transactions only from its binary log; a new replica has none.
      ...(gtid ? ['SET GLOBAL gtid_slave_pos=@@global.gtid_binlog_pos'] : []),
      `CHANGE MASTER TO MASTER_HOST='${source.address}', MASTER_PORT=3306, ` +
        `MASTER_USER='${REPLICATION_ACCOUNT.user}', MASTER_PASSWORD='${REPLICATION_ACCOUNT.password}', ` +
        'MASTER_CONNECT_RETRY=1, ' +
        (gtid
          ? 'MASTER_USE_GTID=slave_pos'
          : `MASTER_LOG_FILE='${source.file}', MASTER_LOG_POS=${source.position}, MASTER_USE_GTID=no`),
      'START SLAVE',
    ],
    replicaStatus: 'SHOW SLAVE STATUS',
    stopReceiving: 'STOP SLAVE IO_THREAD',
    isReplicating: (status) => status['Slave_IO_Running'] === 'Yes' && status['Slave_SQL_Running'] === 'Yes',
  };
}

function initialise(directory: string, root: DebianRoot | undefined): readonly string[] {
  const options =
    `--no-defaults --datadir=${directory} --auth-root-authentication-method=normal --skip-test-db ` +
    '--skip-name-resolve --innodb-log-file-size=8M';
  const program =
    root === undefined ? 'mariadb-install-db --user=mysql' : `${root.chroot} /usr/bin/mariadb-install-db --force`;
  return [
    `${program} ${options} >/var/log/mysql/initialize.log 2>&1 || { cat /var/log/mysql/initialize.log >&2; exit 1; }`,
  ];
}
