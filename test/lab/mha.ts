// MHA in the hosts: mended where 0.58 cannot run on today's Perl and MariaDB, in each host's private copy only.
import { APPLICATION_FILE, HELPER_FILE, type Sections, WORK_DIRECTORY, applicationConfiguration, helperConfiguration } from './exampleConfiguration.ts';
import { writeCommand } from './hostFiles.ts';
import { SSH_USER } from './hosts.ts';

const MODULES = '/usr/share/perl5/MHA';

/** @param superReadOnly whether the servers know that variable; MariaDB and MySQL before 5.7 do not. */
export function mendMha(superReadOnly: boolean): string[] {
  return [
    // Perl >= 5.22: surplus arguments of sprintf are fatal there. The version parsers take the first three (two) numbers.
    String.raw`sed -i -e '/%03d%03d%03d/{s/, \($str =~ .*\) );/, ( \1 )[ 0 .. 2 ] );/;b}' -e '/%03d%03d/s/, \($str =~ .*\) );/, ( \1 )[ 0, 1 ] );/' ${MODULES}/NodeUtil.pm`,
    String.raw`test "$(grep -c '( $str =~ m/(\\d+)/g )\[ 0' ${MODULES}/NodeUtil.pm)" = 2`,
    ...(superReadOnly ? [] : [
      `sed -i 's/SELECT .*super_read_only as Value/SELECT 0 AS Value/' ${MODULES}/SlaveUtil.pm`,
      `grep -q 'SELECT 0 AS Value' ${MODULES}/SlaveUtil.pm`,
    ]),
    // MariaDB 11's tools say "from 11.8" where MHA looks for "Ver 3.5".
    `sed -i 's#/Ver (#/(?:Ver|from) (#' ${MODULES}/BinlogManager.pm`,
    // Debian 12 has the MySQL names of the client programs in a package of the whole server; MHA knows only those names.
    'test -e /usr/bin/mysqlbinlog || ln -s mariadb-binlog /usr/bin/mysqlbinlog',
    'test -e /usr/bin/mysql || ln -s mariadb /usr/bin/mysql',
  ];
}

export function databaseWorkDirectory(): string[] {
  return [`rm -rf /var/log/mha`, `mkdir -p ${WORK_DIRECTORY}`, `chown -R ${SSH_USER}:${SSH_USER} /var/log/mha`];
}

export interface ConfigurationOverrides {
  readonly helper?: Sections;
  readonly application?: Sections;
}

/** Writes both configuration files of the example and clears what MHA and the helper remember of earlier failovers. */
export function configureManager(overrides: ConfigurationOverrides): string[] {
  return [
    `rm -rf /var/log/mha /etc/mha-helper /etc/mha /var/lib/mha-helper /etc/masterha_default.cnf`,
    `mkdir -p ${WORK_DIRECTORY}`,
    writeCommand({ path: HELPER_FILE, content: helperConfiguration(overrides.helper), mode: '600' }),
    writeCommand({ path: APPLICATION_FILE, content: applicationConfiguration(overrides.application), mode: '600' }),
  ];
}
