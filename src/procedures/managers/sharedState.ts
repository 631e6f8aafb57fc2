// What one host's MHA and monitor know of a cluster, and the next leader must know as well.
import type { Failover } from '../monitor/clusterState.ts';

export interface SharedState {
  /** Dead masters of earlier failovers: MHA would not start with them. */
  readonly absent: readonly string[];
  readonly lastFailover: Failover | null;
  /** When the last failover was complete, in ms since 1970: MHA does no other within last_failover_minute. */
  readonly completeAt: number | null;
  /** By whom a failover has failed, whose .failover.error is still there; null: none. */
  readonly failedOn: string | null;
}

export const nothingShared: SharedState = { absent: [], lastFailover: null, completeAt: null, failedOn: null };

/** @returns null for what cannot be read: another version has written it */
export function readSharedState(text: string): SharedState | null {
  try {
    const value = JSON.parse(text) as Partial<SharedState> | null;
    if (value === null || !Array.isArray(value.absent) || !value.absent.every((one) => typeof one === 'string'))
      return null;
    const { absent, lastFailover = null, completeAt = null, failedOn = null } = value;
    if (completeAt !== null && typeof completeAt !== 'number') return null;
    return { absent, lastFailover, completeAt, failedOn };
  } catch {
    return null;
  }
}
