// MHA's parameters, and how their values come about (MHA::Config 0.58, parse_server).
import type { Block } from './configTiny.ts';

/** MHA stops at any other. */
export const parameterNames: ReadonlySet<string> = new Set([
  'candidate_master',
  'check_repl_delay',
  'check_repl_filter',
  'client_bindir',
  'client_libdir',
  'disable_log_bin',
  'handle_raw_binlog',
  'hostname',
  'ignore_fail',
  'init_conf_load_script',
  'ip',
  'latest_priority',
  'log_level',
  'manager_log',
  'manager_workdir',
  'master_binlog_dir',
  'master_ip_failover_script',
  'master_ip_online_change_script',
  'master_pid_file',
  'multi_tier_slave',
  'no_master',
  'node_label',
  'password',
  'ping_interval',
  'ping_type',
  'port',
  'remote_workdir',
  'repl_password',
  'repl_user',
  'report_script',
  'secondary_check_script',
  'shutdown_script',
  'skip_init_ssh_check',
  'skip_reset_slave',
  'ssh_connection_timeout',
  'ssh_host',
  'ssh_ip',
  'ssh_options',
  'ssh_port',
  'ssh_user',
  'use_gtid_auto_pos',
  'user',
]);

/** Never taken over from [server default]. */
const ownOnly: ReadonlySet<string> = new Set([
  'candidate_master',
  'hostname',
  'ignore_fail',
  'ip',
  'no_master',
  'ssh_host',
]);

// Of the parameters that the helper reads. They also stand in for an inherited value that is empty or 0, but not for a
// block's own.
const fallbacks: ReadonlyMap<string, string> = new Map([
  ['port', '3306'],
  ['ssh_port', '22'],
  ['user', 'root'],
  ['manager_workdir', '/var/tmp'],
]);

export interface Values {
  /** The value, which may be empty or `0`. */
  get(name: string): string | undefined;
  /** The value where Perl takes it for true: neither empty nor `0`. */
  text(name: string): string | undefined;
}

export const noValues: Values = { get: () => undefined, text: () => undefined };

/**
 * What is in force for a block. A quote at the end is taken off at every level, so a default loses one level more than
 * a server's own value.
 */
export function effectiveValues(block: Block | undefined, inherited: Values): Values {
  const get = (name: string): string | undefined => {
    const own = block?.parameters.get(name)?.value;
    const value =
      own ?? (ownOnly.has(name) ? undefined : (inherited.text(name) ?? fallbacks.get(name) ?? inherited.get(name)));
    return value === undefined || !isTrue(value) ? value : value.replace(/^['"]?(.*)['"]$/s, '$1');
  };
  const text = (name: string): string | undefined => {
    const value = get(name);
    return isTrue(value) ? value : undefined;
  };
  return { get, text };
}

function isTrue(value: string | undefined): value is string {
  return value !== undefined && value !== '' && value !== '0';
}
