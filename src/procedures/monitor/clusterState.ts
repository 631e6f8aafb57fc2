// What the monitor knows of one cluster. All of it is on disk after each change, so a monitor that was killed goes on
// where it was. Times are ms since 1970.
import type { ProcessIdentity } from '../../context/Context.ts';
import type { ManagerState } from '../../mha/managerStatus.ts';
import type { Pause } from '../pause/Pause.ts';
import type { Finding } from '../watch/findings.ts';

export type Phase =
  /** No manager; the next is started at `until`. */
  | { readonly name: 'waiting'; readonly until: number }
  /**
   * `completeBefore`: time of .failover.complete when it was started, so that a newer one is known for its own work.
   */
  | { readonly name: 'running'; readonly manager: ProcessIdentity; readonly completeBefore: number | null }
  /** The manager was told to end. */
  | {
      readonly name: 'stopping';
      readonly manager: ProcessIdentity;
      readonly completeBefore: number | null;
      readonly since: number;
      readonly then: 'start' | 'end';
    }
  /** A failover has failed: MHA does no other while its .failover.error is there. */
  | { readonly name: 'blocked' }
  | { readonly name: 'ended' };

export interface Failover {
  readonly at: number;
  /** From the first failed ping that was seen to MHA's .failover.complete. */
  readonly durationMs: number | null;
  readonly from: string;
  /** Null when MHA's log does not say. */
  readonly to: string | null;
  /** Some replicas do not follow the new master. */
  readonly partial: boolean;
}

/** Protection has stopped, and a person is told once. */
export interface Incident {
  readonly since: number;
  readonly text: string;
}

export interface Notice {
  readonly subject: string;
  readonly text: string;
  /** Those that have not got it yet; without it: all of report_email. */
  readonly to?: readonly string[];
}

export interface ClusterState {
  readonly phase: Phase;
  /** MHA's own word, and since when it is so. */
  readonly status: ManagerState;
  readonly statusSince: number;
  readonly master: string | null;
  readonly failingSince: number | null;
  /** Since when a manager that runs has not said PING_OK. */
  readonly unwellSince: number | null;
  /** Time of MHA's .failover.complete, or null; and whether its .failover.error is there. */
  readonly completeAt: number | null;
  readonly failed: boolean;
  /** The manager ended that often in a row without having protected for a while. */
  readonly failures: number;
  /** When managers ended that had worked and had no reason to end; the recent ones. */
  readonly crashes: readonly number[];
  readonly starts: number;
  readonly lastFailover: Failover | null;
  /** Dead masters of earlier failovers that are no replicas yet: the manager does not see them. */
  readonly absent: readonly string[];
  /** Why MHA would not start with an absent server that replicates again. */
  readonly refusal: string | null;
  /** Standing orders: old masters that must stay closed, and whether they are. */
  readonly orders: readonly { readonly host: string; readonly closed: boolean }[];
  /** An old master takes writes or has the address, and why it was not closed; null: none. */
  readonly oldMaster: string | null;
  readonly incident: Incident | null;
  /** What the monitor itself has seen of servers and hosts, and told. */
  readonly findings: readonly Finding[];
  /** It has looked at them since it was started. */
  readonly watched: boolean;
  /** When the last drill that went there and back ended. */
  readonly lastDrill: number | null;
  /** What holds masterha_manager back at this moment. */
  readonly pauses: readonly Pause[];
  /** Mails that are still to be sent. */
  readonly outbox: readonly Notice[];
}

export const newCluster: ClusterState = {
  phase: { name: 'waiting', until: 0 },
  status: 'NOT_RUNNING',
  statusSince: 0,
  master: null,
  failingSince: null,
  unwellSince: null,
  completeAt: null,
  failed: false,
  failures: 0,
  crashes: [],
  starts: 0,
  lastFailover: null,
  absent: [],
  refusal: null,
  orders: [],
  oldMaster: null,
  incident: null,
  findings: [],
  watched: false,
  lastDrill: null,
  pauses: [],
  outbox: [],
};

/** What was seen of a cluster at one moment. */
export interface Observation {
  readonly now: number;
  /**
   * `pause`: no manager, and the monitor goes on. `standby`: the same, because another manager may lead, so not even
   * one in the middle of a failover.
   */
  readonly wanted: 'run' | 'pause' | 'standby' | 'stop';
  /** A manager of this cluster that runs, whoever started it. */
  readonly manager: ProcessIdentity | null;
  /** Of the manager that has ended, where it is known. */
  readonly exitCode: number | null;
  readonly status: ManagerState;
  readonly master: string | null;
  /** Time of MHA's .failover.complete, or null. */
  readonly completeAt: number | null;
  /** No failover within so many minutes of the last one; without it: at once. */
  readonly lastFailoverMinute?: number;
  /** MHA's .failover.error is there. */
  readonly failed: boolean;
  /** Of the absent ones, those that take part in the replication again. */
  readonly returned: readonly string[];
  /** What the manager's log says of the last failover; asked for only when the manager has ended. */
  readonly failedOverTo: { readonly to: string; readonly partial: boolean } | null;
  /** The first error in its log; asked for only when the manager has ended. */
  readonly reason: string;
  /** Why MHA does not fail over although the master does not answer, and what to do; empty where that is not so. */
  readonly hesitation: string;
}

export type Action =
  | { readonly do: 'start' }
  | { readonly do: 'terminate' | 'kill'; readonly manager: ProcessIdentity }
  | { readonly do: 'info' | 'warn'; readonly text: string };

export interface Decision {
  readonly state: ClusterState;
  readonly actions: readonly Action[];
}
