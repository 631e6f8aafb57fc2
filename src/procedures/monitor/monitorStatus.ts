// What `monitor status` says of each cluster, looked up at that moment.
import type { DaemonTools, Tools } from '../../context/Context.ts';
import { applicationName, loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { loadClusterSettings } from './clusterSettings.ts';
import { newCluster } from './clusterState.ts';
import { holderOf } from './locks.ts';
import { observe } from './observe.ts';
import { namesOf, reducedFile } from './monitorFiles.ts';
import { whyUnprotected } from './protection.ts';
import { readStateFile, type ClusterFile } from './stateFile.ts';

/** Times are ISO 8601, in UTC; null: not known, or not so. */
export interface ClusterStatus {
  readonly cluster: string;
  readonly conf: string;
  readonly protected: boolean;
  readonly why: string | null;
  /** In MHA's words. */
  readonly state: string;
  readonly since: string | null;
  readonly master: string | null;
  readonly managerPid: number | null;
  readonly monitorPid: number | null;
  readonly restarts: number;
  readonly absent: readonly string[];
  /** Why MHA would not start with one of them that replicates again. */
  readonly refusal: string | null;
  readonly incident: string | null;
  readonly lastFailover: {
    readonly at: string;
    readonly from: string;
    readonly to: string | null;
    readonly seconds: number | null;
    readonly partial: boolean;
  } | null;
}

/** @param cluster MHA's name of it, or the path of its application file */
export async function clusterStatus(cluster: string, tools: Tools, daemon: DaemonTools): Promise<ClusterStatus> {
  const name = applicationName(cluster);
  const known = await readStateFile(namesOf(tools.places, name).record, tools);
  const { conf, workdir, state, lastFailoverMinute } = known ?? (await unknownCluster(cluster, tools));
  const files = {
    name,
    workdir,
    log: namesOf(tools.places, name).output,
    conf: [conf, reducedFile(tools.places, conf)],
  };
  // As if it were time to start: a manager that somebody else has started is found too.
  const looking = state.phase.name === 'waiting' ? { ...state, phase: { name: 'waiting', until: 0 } as const } : state;
  const seen = await observe(looking, files, [], 'run', { ...tools, daemon });
  const monitor = await holderOf(name, tools, daemon);
  const why = whyUnprotected({
    monitored: monitor !== null,
    status: seen.status,
    failed: seen.failed,
    completeAt: seen.completeAt,
    lastFailoverMinute,
    now: seen.now,
  });
  const { lastFailover } = state;
  return {
    cluster: name,
    conf,
    protected: why === null,
    why,
    state: seen.status,
    since: seen.status === state.status && state.statusSince > 0 ? iso(state.statusSince) : null,
    master: seen.master ?? state.master,
    managerPid: seen.manager?.pid ?? null,
    monitorPid: monitor?.pid ?? null,
    restarts: Math.max(0, state.starts - 1),
    absent: state.absent,
    refusal: state.refusal,
    incident: state.incident?.text ?? null,
    lastFailover:
      lastFailover === null
        ? null
        : {
            at: iso(lastFailover.at),
            from: lastFailover.from,
            to: lastFailover.to,
            partial: lastFailover.partial,
            seconds: lastFailover.durationMs === null ? null : lastFailover.durationMs / 1000,
          },
  };
}

/** @throws ConfigFailure when MHA's application file cannot be used */
async function unknownCluster(conf: string, tools: Tools): Promise<ClusterFile> {
  const app = await loadApplicationConfig(conf, tools.files);
  const { lastFailoverMinute } = await loadClusterSettings(app, tools);
  return { conf, cluster: app.name, workdir: app.managerWorkdir, lastFailoverMinute, state: newCluster };
}

/** For people: one line that says it all, then what is worth knowing. */
export function describeStatus(status: ClusterStatus): string {
  const { lastFailover: last } = status;
  const lines = [
    `${status.cluster}: ${status.protected ? 'protected' : `NOT PROTECTED: ${status.why ?? ''}`}`,
    `  state      ${status.state}${status.since === null ? '' : ` since ${status.since}`}, master ${status.master ?? 'unknown'}`,
    `  processes  masterha_manager ${status.managerPid ?? 'not running'}, monitor ${status.monitorPid ?? 'not running'}, restarts ${status.restarts}`,
    `  failover   ${last === null ? 'none yet' : `${last.at} from ${last.from} to ${last.to ?? 'unknown'}${last.seconds === null ? '' : ` in ${last.seconds.toFixed(1)} s`}${last.partial ? ', some replicas failed' : ''}`}`,
  ];
  if (status.absent.length > 0)
    lines.push(`  left out   ${status.absent.join(', ')}: ${status.refusal ?? 'not a replica yet'}`);
  if (status.incident !== null) lines.push(`  incident   ${status.incident}`);
  return lines.join('\n');
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
