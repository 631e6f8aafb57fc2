// A candidate that applies nothing would keep MHA waiting while nobody is master. So it is looked at before the writer
// address is taken away.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isUnknown, unknownBecause } from '../../errors/unknown.ts';
import type { Replication, Server } from '../../mysql/Server.ts';

/** How long the candidate may take to apply something, in ms, where it is behind. */
const patienceMs = 3_000;
const pollMs = 100;

/**
 * @throws Failure `refused` when the candidate's applier does not move: delayed, stopped, or waiting for a lock that a
 *   backup holds (FLUSH TABLES WITH READ LOCK, LOCK INSTANCE FOR BACKUP, BACKUP STAGE)
 */
export async function refuseStuckApplier(
  candidate: Server,
  { clock, interrupted, log }: Pick<Tools, 'clock' | 'interrupted' | 'log'>,
): Promise<void> {
  const lock = await candidate.globalLock();
  if (lock === 'locked') {
    const why = 'a session holds its global read lock (a backup?), so it applies nothing';
    throw refused(candidate, why, `wait until that has ended, or end it: SHOW FULL PROCESSLIST on ${candidate.label}`);
  }
  if (isUnknown(lock)) log.warn(`${candidate.label}: it is not known whether a backup locks it: ${lock.unknown}`);
  for (const until = clock.monotonic() + patienceMs; ;) {
    const state = await candidate.replication().catch(unknownBecause);
    if (isUnknown(state)) {
      // MHA has just asked the same, and waits for it with limits of its own.
      log.warn(`${candidate.label}: it is not known whether it applies what it receives: ${state.unknown}`);
      return;
    }
    const problem = state === null ? null : whyStuck(state);
    if (problem === null) return;
    if (problem.isFinal || clock.monotonic() >= until) throw refused(candidate, problem.why, problem.hint);
    await clock.sleep(pollMs, interrupted);
  }
}

interface Problem {
  readonly why: string;
  readonly hint: string;
  readonly isFinal: boolean;
}

function whyStuck({ delay, applier, running, error }: Replication): Problem | null {
  if (delay > 0) {
    return { why: `it is delayed by ${delay} s on purpose`, hint: 'choose another new master', isFinal: true };
  }
  if (!running) {
    const reason = error === '' ? '' : ` (${error})`;
    return { why: `its replication does not run${reason}`, hint: 'see SHOW REPLICA STATUS there', isFinal: true };
  }
  if (/waiting for .*(lock|backup)/i.test(applier)) {
    return { why: `its applier is "${applier}"`, hint: 'see SHOW FULL PROCESSLIST there', isFinal: false };
  }
  return null;
}

function refused({ label }: Server, why: string, hint: string): Failure {
  return new Failure('refused', `${label} cannot become the master now: ${why}; nothing has been changed`, { hint });
}
