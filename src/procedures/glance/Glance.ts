// A cluster at a glance, for a person and, as JSON, for a program. Null always means: not known, or there is none.
import type { ClusterStatus } from '../monitor/monitorStatus.ts';

export interface GlanceServer {
  readonly host: string;
  readonly port: number;
  /** `alone`: read-only and no replica. `down`: nobody listens there. `silent`: it could not be asked. */
  readonly role: 'master' | 'replica' | 'alone' | 'down' | 'silent';
  readonly version: string | null;
  readonly readOnly: boolean | null;
  readonly superReadOnly: boolean | null;
  readonly holdsAddress: 'yes' | 'no' | 'partly' | 'rest' | null;
  readonly replicatesFrom: string | null;
  readonly replicationRuns: boolean | null;
  readonly secondsBehind: number | null;
  readonly gtid: string | null;
  /** `file:position` of its binary log. */
  readonly position: string | null;
  readonly eventScheduler: 'ON' | 'OFF' | 'DISABLED' | null;
  readonly enabledEvents: number | null;
  /** In one line: how it is, or why it could not be asked. */
  readonly text: string;
}

/** What the hooks' own record says. */
export interface GlanceRuns {
  /** At this moment. */
  readonly atWork: string | null;
  readonly last: {
    readonly procedure: string;
    readonly from: string;
    readonly to: string | null;
    readonly at: string;
    readonly outcome: 'done' | 'proceed' | 'failed' | 'killed';
    readonly message: string;
  } | null;
  /** Steps that `mha-helper undo` would undo. */
  readonly toUndo: readonly string[];
  /** What the hooks have left to a person and is not done, with the run before a colon. */
  readonly leftToDo: readonly string[];
  /** Why the record could not be read. */
  readonly unknown: string | null;
}

export interface Glance {
  /** MHA's name of it. */
  readonly cluster: string;
  readonly conf: string;
  /** mha-helper's own name of it, which its record has. */
  readonly helperCluster: string | null;
  /** When it was looked at. */
  readonly at: string;
  /** What is not as it must be, and what to do, one line each; the gravest first. */
  readonly attention: readonly string[];
  readonly address: string | null;
  readonly vipType: string | null;
  readonly servers: readonly GlanceServer[];
  readonly monitor: ClusterStatus | null;
  readonly runs: GlanceRuns;
}
