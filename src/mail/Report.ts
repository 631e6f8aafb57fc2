// What the mail about a failover says, before it has a form.
import type { RunRecord } from '../steps/journal.ts';

export interface Report {
  /** As MHA gave it, in one line. */
  readonly subject: string;
  readonly cluster: string;
  readonly origHost: string;
  /** Null: the failover did not succeed. */
  readonly newHost: string | null;
  readonly newSlaveHosts: readonly string[];
  /** MHA's application file. */
  readonly conf: string;
  readonly managerHost: string;
  /** ISO 8601, as all times here. */
  readonly at: string;
  /** MHA's own words. */
  readonly body: string;
  /** What the hooks did in this failover, oldest first. */
  readonly runs: readonly RunRecord[];
  /** Runs that began before this time are not taken for a part of this failover. */
  readonly since: string;
  readonly now: ClusterNow;
  readonly log: LogTail;
  /** What may be missing on the new master, as MHA's log has it. */
  readonly missingWrites: readonly string[];
}

/** What the hosts answered when the mail was written. */
export interface ClusterNow {
  readonly checkedAt: string;
  /** Null: none is managed. */
  readonly address: string | null;
  /** Why nothing could be found out at all; null: see the hosts. */
  readonly unknown: string | null;
  readonly hosts: readonly HostNow[];
}

export interface HostNow {
  readonly host: string;
  /** `partly`: clients may be led there, but something is missing. */
  readonly holdsAddress: Answer | 'partly';
  readonly takesWrites: Answer;
}

/** Yes, no, or why that could not be found out. */
export type Answer = boolean | { readonly unknown: string };

export type LogTail = { readonly path: string; readonly text: string } | { readonly missing: string };

/** Name of the file that holds the end of the manager log. */
export const logFileName = 'manager-log-tail.txt';
