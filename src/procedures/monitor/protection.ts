// Whether a failover would happen if the master died now. PING_OK alone does not say so: MHA goes on pinging while a
// file of an earlier failover is in the way of the next.
import { ifAny } from '../../errors/message.ts';
import type { ManagerState } from '../../mha/managerStatus.ts';

export interface Facts {
  readonly monitored: boolean;
  readonly status: ManagerState;
  readonly failed: boolean;
  /** An old master that is not closed; null: none. */
  readonly oldMaster: string | null;
  /** Time of MHA's .failover.complete, in ms since 1970. */
  readonly completeAt: number | null;
  readonly lastFailoverMinute: number;
  readonly now: number;
  /** See Observation; empty or left out: nothing is known. */
  readonly hesitation?: string;
}

/** Null when the cluster is protected, else why it is not. */
export function whyUnprotected({
  monitored,
  status,
  failed,
  oldMaster,
  completeAt,
  lastFailoverMinute,
  now,
  hesitation = '',
}: Facts): string | null {
  if (oldMaster !== null) return oldMaster;
  if (failed) return 'the last failover failed, and its .failover.error is still there';
  if (status === 'FAILOVER_RUNNING') return 'a failover is running';
  if (status !== 'PING_OK') return `masterha_manager: ${status}${ifAny(': ', hesitation)}`;
  const again = noFailoverBefore(completeAt, lastFailoverMinute, now);
  if (again !== null) return `no failover before ${again} (last_failover_minute = ${lastFailoverMinute})`;
  return monitored ? null : 'masterha_manager runs, but nobody would start it again';
}

/**
 * ISO 8601; null when MHA may fail over at once.
 * @param completeAt when the last failover ended, in ms since 1970
 */
export function noFailoverBefore(completeAt: number | null, lastFailoverMinute: number, now: number): string | null {
  const again = completeAt === null ? 0 : completeAt + lastFailoverMinute * 60_000;
  return again > now ? new Date(again).toISOString() : null;
}
