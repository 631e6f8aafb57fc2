// Telling a person: once when protection stops, once when it is back.
import type { ClusterState } from './clusterState.ts';

/** Opens an incident, unless one is open: then its first reason stands. */
export function open(state: ClusterState, now: number, subject: string, text: string): ClusterState {
  if (state.incident !== null) return state;
  return {
    ...state,
    incident: { since: now, text: `${subject}: ${text}` },
    outbox: [...state.outbox, { subject, text }],
  };
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
