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
  /** What the monitor has seen and told, in words. */
  readonly findings: readonly string[];
  /** The monitor has looked at servers and hosts since it was started. */
  readonly watched: boolean;
  /** Time of MHA's .failover.complete, in ms since 1970. */
  readonly completeAt: number | null;
  readonly lastFailoverMinute: number;
  readonly now: number;
  /** What holds masterha_manager back, in words; empty or left out: nothing does. */
  readonly paused?: string;
  /** See Observation; empty or left out: nothing is known. */
  readonly hesitation?: string;
}

/** Null when the cluster is protected, else why it is not. */
export function whyUnprotected(facts: Facts): string | null {
  const { oldMaster, findings } = facts;
  const reasons = [oldMaster, ...findings, whyNoFailover(facts)].filter((one) => one !== null);
  return reasons.length === 0 ? null : reasons.join('; ');
}

/** Null: were the master to die now, there would be one. */
function whyNoFailover({
  monitored,
  status,
  failed,
  watched,
  completeAt,
  lastFailoverMinute,
  now,
  paused = '',
  hesitation = '',
}: Facts): string | null {
  if (failed) return 'the last failover failed, and its .failover.error is still there';
  if (status === 'FAILOVER_RUNNING') return 'a failover is running';
  if (monitored && paused !== '') return paused;
  if (status !== 'PING_OK') return `masterha_manager: ${status}${ifAny(': ', hesitation)}`;
  const again = noFailoverBefore(completeAt, lastFailoverMinute, now);
  if (again !== null) return `no failover before ${again} (last_failover_minute = ${lastFailoverMinute})`;
  if (!monitored) return 'masterha_manager runs, but nobody would start it again';
  return watched ? null : 'the monitor has not looked at the servers yet';
}

/**
 * ISO 8601; null when MHA may fail over at once.
 * @param completeAt when the last failover ended, in ms since 1970
 */
export function noFailoverBefore(completeAt: number | null, lastFailoverMinute: number, now: number): string | null {
  const again = completeAt === null ? 0 : completeAt + lastFailoverMinute * 60_000;
  return again > now ? new Date(again).toISOString() : null;
}
