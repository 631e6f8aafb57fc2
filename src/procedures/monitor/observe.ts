// Looking at one cluster from outside: the manager's process, and the files that MHA keeps of it.
import type { DaemonTools, ProcessIdentity, Tools } from '../../context/Context.ts';
import {
  isManagerOf,
  parseHealthFile,
  pingLimitMs,
  type HealthFile,
  type ManagerState,
} from '../../mha/managerStatus.ts';
import { firstError, lastFailover, whyNoFailover } from '../../mha/managerLog.ts';
import type { ClusterState, Observation } from './clusterState.ts';

/** So much of the manager's log is read when it has ended, in bytes: a failover writes about 30 kB. */
const logBytes = 65_536;

export interface ManagerFiles {
  /** MHA's name of the cluster. */
  readonly name: string;
  readonly workdir: string | null;
  /** Where the manager logs. */
  readonly log: string;
  /** Application files that a manager of this cluster may have been started with. */
  readonly conf: readonly string[];
}

type Outside = Pick<Tools, 'files' | 'clock'> & { readonly daemon: Pick<DaemonTools, 'files' | 'processes'> };

export async function observe(
  state: ClusterState,
  files: ManagerFiles,
  returned: readonly string[],
  wanted: Observation['wanted'],
  outside: Outside,
): Promise<Observation> {
  const { processes } = outside.daemon;
  const ours = 'manager' in state.phase ? state.phase.manager : null;
  const now = outside.clock.now().getTime();
  const lives = ours !== null && processes.isAlive(ours);
  const due = ours !== null || state.phase.name !== 'waiting' || now >= state.phase.until;
  const found = due && !lives ? processes.find((argv) => isManagerOf(argv, files.conf)) : [];
  const manager = lives ? ours : (found[0] ?? null);
  const ended = ours !== null && manager === null;
  const log = ended ? await outside.daemon.files.tail(files.log, logBytes) : '';
  const path = (suffix: string): string => `${files.workdir}/${files.name}.${suffix}`;
  const at = (suffix: string): Promise<number | null> =>
    files.workdir === null ? Promise.resolve(null) : outside.daemon.files.modifiedAt(path(suffix));
  const health =
    files.workdir === null
      ? null
      : parseHealthFile(await outside.files.read(path('master_status.health')).catch(() => ''));
  const status = await statusOf(
    manager,
    health,
    state.status,
    () => at('master_status.health'),
    now,
    (pid) => processes.identify(pid),
  );
  return {
    now,
    wanted,
    manager,
    returned,
    exitCode: ended ? processes.exitCode(ours) : null,
    status,
    master: manager === null ? null : (health?.master ?? null),
    completeAt: await at('failover.complete'),
    failed: (await at('failover.error')) !== null,
    failedOverTo: lastFailover(log),
    reason: firstError(log),
    hesitation:
      status === 'PING_FAILING' ? hesitation(await outside.daemon.files.tail(files.log, logBytes), files, health) : '',
  };
}

/** MHA goes on like that for ever, and only a person can tell whether the master is dead. */
function hesitation(log: string, { conf: [conf = ''] }: ManagerFiles, health: HealthFile | null): string {
  const why = whyNoFailover(log);
  if (why === '') return '';
  const host = health?.master ?? 'HOST';
  return `${why}. If ${host} is dead: "mha-helper failover --dead ${host} -c ${conf}"`;
}

/**
 * MHA's rules (ManagerAdmin.pm, check_status_file_pid), but for the moment in which it writes the file: then what was
 * said before stands.
 */
async function statusOf(
  manager: ProcessIdentity | null,
  health: HealthFile | null,
  before: ManagerState,
  touchedAt: () => Promise<number | null>,
  now: number,
  identify: (pid: number) => ProcessIdentity | null,
): Promise<ManagerState> {
  if (manager === null) return 'NOT_RUNNING';
  if (health === null) return before === 'NOT_RUNNING' ? 'INITIALIZING_MONITOR' : before;
  // Its main process is gone, and one that it forked goes on.
  if (health.pid !== manager.pid && identify(health.pid) === null) return 'PARTIALLY_RUNNING';
  if (health.state === 'PING_OK' && now > ((await touchedAt()) ?? now) + pingLimitMs) return 'TIMESTAMP_OLD';
  return health.state;
}
