// The command lines of masterha_master_switch (MasterRotate.pm and MasterFailover.pm of MHA 0.58, main()).
import type { ApplicationConfig, ApplicationServer } from './applicationConfig.ts';

export interface SwitchRequest {
  readonly app: ApplicationConfig;
  /** The server whose master role ends because it is dead; null: a planned switch, the master is alive. */
  readonly dead: ApplicationServer | null;
  /** The new master that was asked for; null: MHA chooses. */
  readonly to: ApplicationServer | null;
  /** Lets MHA fail over although it did so, or failed to, a short while ago. */
  readonly ignoreLastFailover: boolean;
}

/** Never asks anything: stdin is closed. The original master of a planned switch becomes a replica. */
export function switchCommand(request: SwitchRequest): readonly string[] {
  const { dead, ignoreLastFailover } = request;
  if (dead === null) return [...aliveCommand(request), '--orig_master_is_new_slave'];
  return [
    'masterha_master_switch',
    '--master_state=dead',
    ...common(request),
    `--dead_master_host=${dead.hostname}`,
    // MHA compares all three with the application file, and resolves the name itself where that has no ip.
    ...(dead.ip === undefined ? [] : [`--dead_master_ip=${dead.ip}`]),
    `--dead_master_port=${dead.port}`,
    ...(ignoreLastFailover ? ['--ignore_last_failover'] : []),
  ];
}

/**
 * MHA's own rehearsal of a planned switch; there is none for a dead master. Two things must not be in it, because MHA
 * does them in spite of
 * --check_only: it flushes the master's tables (identify_orig_master), and with --orig_master_is_new_slave it runs
 * CHANGE MASTER and RESET SLAVE on the master to learn its replication filters (check_filter).
 */
export function checkOnlyCommand(request: SwitchRequest): readonly string[] {
  return [...aliveCommand(request), '--check_only', '--flush_tables=0'];
}

function aliveCommand(request: SwitchRequest): readonly string[] {
  return ['masterha_master_switch', '--master_state=alive', ...common(request)];
}

// MHA takes 3306 for a port that is not given, whatever the application file says.
function common({ app, to }: SwitchRequest): readonly string[] {
  return [
    `--conf=${app.file}`,
    '--interactive=0',
    ...(to === null ? [] : [`--new_master_host=${to.hostname}`, `--new_master_port=${to.port}`]),
  ];
}

/** Files in the way of a failover of a dead master (check_settings): `error` always, `complete` for 8 hours. */
export function lastFailoverFiles({ managerWorkdir, name }: ApplicationConfig): {
  readonly error: string;
  readonly complete: string;
} {
  return { error: `${managerWorkdir}/${name}.failover.error`, complete: `${managerWorkdir}/${name}.failover.complete` };
}

/** How long `complete` is in the way, in ms (g_last_failover_minute). */
export const lastFailoverMs = 480 * 60_000;

/** As one types it into a shell. */
export function commandText(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`))
    .join(' ');
}
