// Telling a person: once when protection stops, once when it is back.
import type { ClusterState } from './clusterState.ts';
import { crashesToTell, crashWindowMs, failuresToTell, hungMs, longFailoverMs, unwellMs } from './limits.ts';

export interface NoticeFacts {
  /** The mail's subject after the cluster's name. */
  readonly subject: string;
  readonly when: string;
  /** What the reader looks at first. */
  readonly remedy: string;
}

const seconds = (ms: number): string => `${ms / 1000} seconds`;
const minutes = (ms: number): string => `${ms / 60_000} minutes`;

/** Every reason to tell a person, by the subject of the mail. docs/reference/events.md is made of it. */
export const incidents = {
  'NOT PROTECTED': {
    when:
      `${failuresToTell} attempts in a row to run masterha_manager failed; it hangs (no look at the master for ` +
      `${seconds(hungMs)}); it has not said PING_OK for ${minutes(unwellMs)}; or the monitor itself cannot look at ` +
      `the cluster for ${seconds(hungMs)}.`,
    remedy: "The mail has the first error of masterha_manager. Then: mha-helper check, and MHA's log.",
  },
  'NOT WELL PROTECTED': {
    when:
      `masterha_manager was restarted ${crashesToTell} times in ${minutes(crashWindowMs)}. ` +
      'Between them it protects.',
    remedy: "MHA's log says why it ended; the mail has the last reason.",
  },
  'FAILOVER DID NOT HAPPEN': {
    when:
      'The master did not answer, and masterha_manager ended without a failover. ' +
      'It is started again, and tries again.',
    remedy: 'mha-helper vip show: does a server take writes? The mail says why MHA ended.',
  },
  'FAILOVER FAILED': {
    when:
      "MHA's .failover.error is there: a failover failed half-way, and MHA does no other. No masterha_manager is " +
      'started until the file has been removed.',
    remedy:
      "mha-helper status, mha-helper vip show and the end of MHA's log. Remove the file when the cluster is whole.",
  },
  'FAILOVER DOES NOT END': {
    when: `A failover has not ended after ${minutes(longFailoverMs)}: a hook or a program of MHA's may hang.`,
    remedy: "MHA's log ends where it hangs. mha-helper monitor stop --abort gives the failover up.",
  },
  'FAILOVER NOT FINISHED': {
    when:
      'Several managers: the one that had begun a failover is gone, and data may have been changed. Nobody begins ' +
      'another one.',
    remedy: 'The mail says how far it had come and what is left. Then: mha-helper monitor unblock.',
  },
  'OLD MASTER NOT CLOSED': {
    when:
      'The master that a failover has left behind takes writes or has the writer address, and it was not closed: ' +
      'somebody may have made it the master again, or it could not be done.',
    remedy:
      'The mail says why. Decide who is the master; then mha-helper rejoin for the other one, or mha-helper order ' +
      'lift.',
  },
} as const satisfies Readonly<Record<string, Omit<NoticeFacts, 'subject'>>>;

export type IncidentSubject = keyof typeof incidents;

/** The end of an incident. */
export const protectedAgain: NoticeFacts = {
  subject: 'protected again',
  when: 'masterha_manager watches the master again. Follows each of the others, once.',
  remedy: '',
};

/** Opens an incident, unless one is open: then its first reason stands. */
export function open(state: ClusterState, now: number, subject: IncidentSubject, text: string): ClusterState {
  if (state.incident !== null) return state;
  return {
    ...state,
    incident: { since: now, text: `${subject}: ${text}` },
    outbox: [...state.outbox, { subject, text }],
  };
}

/** An old master that is not closed is told whatever else is open. @param text null: there is none any more */
export function oldMasterNotClosed(state: ClusterState, now: number, text: string | null): ClusterState {
  if (text === state.oldMaster) return state;
  const next = { ...state, oldMaster: text };
  if (text === null || state.oldMaster !== null) return next;
  const subject = 'OLD MASTER NOT CLOSED';
  if (state.incident === null) return open(next, now, subject, text);
  return { ...next, outbox: [...next.outbox, { subject, text }] };
}

/** @param noFailoverBefore ISO 8601; null: MHA may fail over at once */
export function close(state: ClusterState, noFailoverBefore: string | null): ClusterState {
  if (state.incident === null) return state;
  const watches = `masterha_manager watches ${state.master ?? 'the master'}`;
  const was = `It was: ${state.incident.text}`;
  const notice =
    noFailoverBefore === null
      ? { subject: 'protected again', text: `${watches}. ${was}` }
      : {
          subject: `watched again, protected from ${noFailoverBefore}`,
          text: `${watches}, but does not fail over before ${noFailoverBefore} (last_failover_minute). ${was}`,
        };
  return { ...state, incident: null, outbox: [...state.outbox, notice] };
}
