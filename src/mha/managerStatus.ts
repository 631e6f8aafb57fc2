// What masterha_manager says of itself: its health file, read as masterha_check_status does (ManagerAdmin.pm,
// check_status_file_pid). Read here and not through that program, because it costs Perl and MHA's modules each time,
// for every cluster, every second.
import type { ApplicationConfig } from './applicationConfig.ts';

/** MHA's states and the exit codes that masterha_check_status has for them (ManagerConst.pm). */
export const managerStates = {
  PING_OK: 0,
  NOT_RUNNING: 2,
  PARTIALLY_RUNNING: 3,
  INITIALIZING_MONITOR: 10,
  PING_FAILING: 20,
  PING_FAILED: 21,
  RETRYING_MONITOR: 30,
  CONFIG_ERROR: 31,
  TIMESTAMP_OLD: 32,
  FAILOVER_RUNNING: 50,
  FAILOVER_ERROR: 51,
} as const;

export type ManagerState = keyof typeof managerStates;

/** What an exit code of masterha_check_status says; 1 is trouble of its own and not in here. */
export const stateOfExitCode: ReadonlyMap<number, ManagerState> = new Map(
  Object.entries(managerStates).map(([state, code]) => [code, state as ManagerState]),
);

/** Where a manager of this cluster says how it is; it leaves the file when it is killed. */
export function healthPath({ managerWorkdir, name }: Pick<ApplicationConfig, 'managerWorkdir' | 'name'>): string {
  return `${managerWorkdir}/${name}.master_status.health`;
}

export interface HealthFile {
  readonly pid: number;
  readonly state: ManagerState;
  /** As `hostname` in MHA's application file. */
  readonly master: string | null;
}

/** MHA takes a PING_OK for hung when the file was not touched for so long, in ms (ManagerAdmin.pm, ping_limit). */
export const pingLimitMs = 10_000;

/** Null for a text that is none; MHA empties the file before it writes it anew. */
export function parseHealthFile(text: string): HealthFile | null {
  const [pid = '', status = '', master = ''] = text.split('\t');
  const state = (Object.keys(managerStates) as ManagerState[]).find(
    (name) => status === `${managerStates[name]}:${name}`,
  );
  if (state === undefined || !/^[1-9]\d*$/.test(pid)) return null;
  return { pid: Number(pid), state, master: /^master:(\S+)/.exec(master)?.[1] ?? null };
}

/** A failover is about to begin or goes on: whoever ends the manager now leaves the cluster in pieces. */
export function isFailingOver(state: ManagerState): boolean {
  return state === 'PING_FAILED' || state === 'FAILOVER_RUNNING';
}

/**
 * Whether this is masterha_manager for one of these application files. Its forked children have the same command line.
 */
export function isManagerOf(argv: readonly string[], conf: readonly string[]): boolean {
  const program = managerWord(argv);
  if (program < 0 || program > 2) return false;
  return argv.slice(program + 1).some((word, index, words) => {
    const file = /^--?conf=(.*)$/.exec(word)?.[1] ?? (/^--?conf$/.test(word) ? words[index + 1] : undefined);
    return file !== undefined && conf.includes(file);
  });
}

/** Whether this is masterha_master_switch for the cluster of this name, whatever directory its file is in. */
export function isSwitchOf(argv: readonly string[], name: string): boolean {
  const program = argv.findIndex((word) => /(^|\/)masterha_master_switch$/.test(word));
  if (program < 0 || program > 2) return false;
  return argv.slice(program + 1).some((word, index, words) => {
    const file = /^--?conf=(.*)$/.exec(word)?.[1] ?? (/^--?conf$/.test(word) ? words[index + 1] : undefined);
    return (
      file
        ?.split('/')
        .at(-1)
        ?.replace(/\.\w+$/, '') === name
    );
  });
}

/** Whether the process of a health file is a manager, and no other that has got its number since. */
export function isManager(argv: readonly string[]): boolean {
  return managerWord(argv) >= 0;
}

function managerWord(argv: readonly string[]): number {
  return argv.findIndex((word) => /(^|\/)masterha_manager$/.test(word));
}
