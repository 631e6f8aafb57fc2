// Values that MHA reads otherwise than they look: a comment behind a value is a part of it, and only `0` is no. Pure.
import type { Problem } from '../config/problems.ts';
import type { Block } from './configTiny.ts';

/** MHA asks whether Perl takes them for true. */
const switches: ReadonlySet<string> = new Set([
  'candidate_master',
  'check_repl_delay',
  'check_repl_filter',
  'disable_log_bin',
  'handle_raw_binlog',
  'ignore_fail',
  'latest_priority',
  'multi_tier_slave',
  'no_master',
  'skip_init_ssh_check',
  'skip_reset_slave',
  'use_gtid_auto_pos',
]);
const numbers: ReadonlySet<string> = new Set(['ping_interval', 'ssh_connection_timeout']);

/** Warnings, one for each value. Never with the value in it, which may be a password. */
export function suspiciousValues(block: Block | undefined): readonly Problem[] {
  return [...(block?.parameters ?? [])].flatMap(([name, { value, line }]) => {
    const why = suspicion(name, value);
    return why === null ? [] : [{ line, text: `[${block?.name ?? ''}] ${name}: ${why}` }];
  });
}

function suspicion(name: string, value: string): string | null {
  if (/(?:^|\s)[#;]/.test(value))
    return 'what looks like a comment is a part of the value for MHA; put the comment on a line of its own';
  if (switches.has(name) && !/^[01]?$/.test(value)) return 'MHA reads a number there, and takes any word for yes';
  if (numbers.has(name) && !/^\d*$/.test(value)) return 'MHA reads a number there';
  return null;
}
