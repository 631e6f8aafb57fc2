// After a switch that was for a dead master the monitor knows it as after a failover of its own manager: the cluster is
// protected without it. Pure.
import type { ClusterState } from '../monitor/clusterState.ts';
import type { Pause } from './Pause.ts';

/** MHA's file has its time in whole seconds, in ms. */
const grainMs = 1_000;

/** @param ended pauses that are over. @param completeAt time of MHA's .failover.complete, in ms since 1970 */
export function leaveOutDead(state: ClusterState, ended: readonly Pause[], completeAt: number | null): ClusterState {
  const { dead: from, at: began } = ended.find(({ dead }) => dead !== null) ?? { dead: null, at: '' };
  if (from === null || completeAt === null || completeAt < Date.parse(began) - grainMs) return state;
  return {
    ...state,
    master: null,
    failures: 0,
    absent: state.absent.includes(from) ? state.absent : [...state.absent, from],
    lastFailover: { at: completeAt, durationMs: null, from, to: null, partial: false },
  };
}
