// A manager has ended: by itself after a failover, or because something is wrong. Which of the two decides everything
// after it.
import type { Action, ClusterState, Observation, Decision } from './clusterState.ts';
import { isFailingOver } from '../../mha/managerStatus.ts';
import { open } from './incidents.ts';
import { backoffMs, crashesToTell, crashWindowMs, failuresToTell, recent } from './limits.ts';

/** @param completeBefore time of .failover.complete when this manager was started */
export function managerEnded(state: ClusterState, seen: Observation, completeBefore: number | null): Decision {
  if (seen.completeAt !== null && seen.completeAt !== completeBefore) return failedOver(state, seen, seen.completeAt);
  const how = seen.exitCode === null ? '' : ` with exit code ${seen.exitCode}`;
  const why = seen.reason === '' ? '' : `: ${seen.reason}`;
  if (seen.failed)
    return block(
      { ...state, status: 'FAILOVER_ERROR', statusSince: seen.now },
      seen,
      `masterha_manager has ended${how}${why}`,
    );
  const duringFailover = isFailingOver(state.status);
  const next = after(state, seen, `masterha_manager has ended${how}${why}`);
  if (!duringFailover) return next;
  const what = `${state.master ?? 'The master'} did not answer, and masterha_manager ended${how} without a failover`;
  const text = `${what}${why}. It is started again, and tries again.`;
  return { ...next, state: open(next.state, seen.now, 'FAILOVER DID NOT HAPPEN', text) };
}

/** Also where a manager could not even be started. */
export function after(state: ClusterState, seen: Pick<Observation, 'now'>, what: string): Decision {
  const failures = state.failures + 1;
  // The first of a row: until then it did work.
  const crashes = failures > 1 ? state.crashes : [...recent(state.crashes, seen.now), seen.now];
  const until = seen.now + backoffMs(failures);
  const phase = { name: 'waiting', until } as const;
  let next: ClusterState = { ...state, phase, status: 'NOT_RUNNING', statusSince: seen.now, failures, crashes };
  if (failures >= failuresToTell)
    next = open(next, seen.now, 'NOT PROTECTED', `${failures} attempts in a row failed. The last: ${what}`);
  else if (crashes.length >= crashesToTell)
    next = open(
      next,
      seen.now,
      'NOT WELL PROTECTED',
      `masterha_manager was restarted ${crashes.length} times in ${crashWindowMs / 60_000} minutes. The last: ${what}`,
    );
  return { state: next, actions: [{ do: 'warn', text: `${what}; next attempt in ${(until - seen.now) / 1000} s` }] };
}

/** A failed failover is for a person to look at. */
export function block(state: ClusterState, seen: Observation, what: string): Decision {
  const todo = 'until a person has fixed the cluster and removed its .failover.error file';
  const text = `The failover failed, and MHA does no other ${todo}. ${what}`;
  return {
    state: open({ ...state, phase: { name: 'blocked' }, failingSince: null }, seen.now, 'FAILOVER FAILED', text),
    actions: [{ do: 'warn', text }],
  };
}

function failedOver(state: ClusterState, seen: Observation, at: number): Decision {
  const from = state.master ?? 'the master';
  const to = seen.failedOverTo?.to ?? null;
  const partial = seen.failedOverTo?.partial ?? seen.exitCode === 10;
  const durationMs = state.failingSince === null ? null : Math.round(at - state.failingSince);
  const absent =
    state.master === null || state.absent.includes(state.master) ? state.absent : [...state.absent, state.master];
  const next: ClusterState = {
    ...state,
    absent,
    master: to,
    failures: 0,
    failingSince: null,
    status: 'NOT_RUNNING',
    statusSince: seen.now,
    phase: { name: 'waiting', until: seen.now },
    lastFailover: { at, durationMs, from, to, partial },
  };
  const took = durationMs === null ? '' : ` in ${(durationMs / 1000).toFixed(1)} s`;
  const actions: Action[] = [
    {
      do: 'info',
      text: `failover from ${from} to ${to ?? 'a new master'}${took}; ${from} is left out until it replicates again`,
    },
  ];
  if (partial)
    actions.push({ do: 'warn', text: `some replicas do not follow ${to ?? 'the new master'}; see MHA's log` });
  return { state: next, actions };
}
