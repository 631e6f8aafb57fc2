// Names of the layer that lets MHA 0.58 run on today's servers, shared by the packages, the program and the database
// hosts.

/** Where the packages put it. */
export const packagedLayer = '/usr/share/mha-helper/perl';

/** Where `mha install-node` puts it on a database host, below the home of MHA's SSH user; Remote.pm looks there. */
export const nodeLayer = '.mha-helper/perl';

/** What PERL5OPT must hold, for a directory without blanks: Perl splits the variable at them. */
export function perlOption(directory: string): string {
  return `-I${directory} -MMhaHelper::Compat`;
}

/** MHA's programs, which `mha-helper mha` may start. */
export const mhaPrograms = [
  'masterha_check_repl',
  'masterha_check_ssh',
  'masterha_check_status',
  'masterha_conf_host',
  'masterha_manager',
  'masterha_master_monitor',
  'masterha_master_switch',
  'masterha_secondary_check',
  'masterha_stop',
  'apply_diff_relay_logs',
  'filter_mysqlbinlog',
  'purge_relay_logs',
  'save_binary_logs',
] as const;

export function isMhaProgram(path: string): boolean {
  return (mhaPrograms as readonly string[]).includes(path.slice(path.lastIndexOf('/') + 1));
}
