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

export function close(state: ClusterState): ClusterState {
  if (state.incident === null) return state;
  const notice = {
    subject: 'protected again',
    text: `masterha_manager watches ${state.master ?? 'the master'}. It was: ${state.incident.text}`,
  };
  return { ...state, incident: null, outbox: [...state.outbox, notice] };
}
