// The monitor's times, in ms.

/** Wait before the manager is started again after the n-th failure in a row: 1, 2, 4, ... and at most 60 s. */
export function backoffMs(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.max(0, failures - 1));
}

/** A manager that has said PING_OK for so long has put an end to a row of failures, and to an incident. */
export const stableMs = 15_000;

/** So many failures in a row are worth a mail; a single one is repaired before anybody has read it. */
export const failuresToTell = 3;

/** Restarted too often: so many crashes within so long. */
export const crashesToTell = 5;
export const crashWindowMs = 600_000;

/** The crashes that still count. */
export function recent(crashes: readonly number[], now: number): readonly number[] {
  return crashes.filter((at) => at > now - crashWindowMs);
}

/** After SIGTERM masterha_manager ends at once; one that does not is hung. */
export const terminateMs = 10_000;

/** One that another manager may have taken the place of gets no longer: see the margin of the lease. */
export const overtakenMs = 1000;

/** MHA's TIMESTAMP_OLD for so long: the manager hangs. */
export const hungMs = 60_000;

/** A manager that runs and has not said PING_OK for so long protects nobody, whatever it waits for. */
export const unwellMs = 180_000;

/**
 * A failover that has not ended after so long: a hook or a program of MHA's hangs, and MHA has no limits of its own.
 */
export const longFailoverMs = 900_000;

/** How often each cluster is looked at. */
export const tickMs = 500;

/** How often absent servers are asked whether they are back. */
export const lookMs = 5000;

/** A server that replicates, and that MHA would not start with, is looked at again after so much longer. */
export const refusedMs = 60_000;
