// What earlier runs left in the journal: a run that was killed half-way, and the planned switch's `stop` that its
// `start` continues.
import type { Clock, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { journalPath, readRuns, type RunRecord, type StepRecord } from '../../steps/journal.ts';
import type { Inherited } from '../../steps/runSteps.ts';

/** What tells whether an earlier run was about the same: the procedure and the two hosts. */
export interface RunIdentity {
  readonly procedure: string;
  readonly orig: { readonly host: string };
  /** Null where MHA has not chosen one yet. */
  readonly next: { readonly host: string } | null;
}

/**
 * A `start` belongs to a `stop` that is at most this old, in ms: MHA waits in between until the new master has caught
 * up.
 */
const handoverMs = 3_600_000;

/** All runs of a cluster, oldest first; none where there is no journal yet. */
export async function readJournal(
  tools: Pick<Tools, 'files' | 'places' | 'log'>,
  cluster: string,
): Promise<readonly RunRecord[]> {
  const path = journalPath(tools.places, cluster);
  try {
    return readRuns(await tools.files.read(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      tools.log.warn(`${path}: cannot be read: ${errorText(error)}`);
    return [];
  }
}

/** Steps that a run had begun and neither undone nor finished with. */
export function unfinishedSteps(run: RunRecord): readonly StepRecord[] {
  return run.steps.filter(({ state }) => state !== 'undone');
}

/** True for a run that was killed after it had changed something. */
export function wasKilled(run: RunRecord): boolean {
  return run.end === null && unfinishedSteps(run).length > 0;
}

/**
 * @throws Failure `refused` while another hook of the cluster is at work: both would look at, and undo, the same things
 */
export async function refuseWhileRunning(
  runs: readonly RunRecord[],
  tools: Pick<Tools, 'files' | 'places'>,
): Promise<void> {
  for (const run of runs.slice(-3)) {
    if (run.end !== null || run.pid === tools.places.pid) continue;
    const commandLine = await tools.files.read(`/proc/${run.pid}/cmdline`).catch(() => '');
    if (!/mha-helper|_helper/.test(commandLine)) continue;
    throw new Failure(
      'refused',
      `another hook of this cluster is still at work: "${run.procedure}" of ${run.origHost}, pid ${run.pid}`,
      { hint: 'wait until it has ended; after a signal it undoes what it had changed' },
    );
  }
}

/** Kinds of steps that can be taken back from the record. */
export const undoableSteps: ReadonlySet<string> = new Set([
  'set-read-only',
  'clear-read-only',
  'release-address',
  'assign-address',
]);

/**
 * The newest run that has left something to take back: it was killed, or could not undo all, or it is a `stop` whose
 * `start` never came. Null when a later run has ended well: then what it found is the new state of things. A dead
 * master's address is never given back.
 */
export function runToUndo(runs: readonly RunRecord[]): RunRecord | null {
  for (const run of runs.toReversed()) {
    if (run.procedure === 'hard stopssh' || run.procedure === 'hard stop') continue;
    const rest = unfinishedSteps(run).filter(({ id }) => undoableSteps.has(id.slice(0, id.indexOf(':'))));
    const endedWell = run.end !== null && run.end.outcome !== 'failed';
    if (rest.length > 0 && (!endedWell || run.procedure === 'online stop')) return { ...run, steps: rest };
    if (endedWell && run.procedure !== 'online stop') return null;
  }
  return null;
}

/**
 * What the last run of this cluster left behind when it was killed during the same procedure on the same hosts, not
 * long ago.
 */
export function inheritedFrom(
  runs: readonly RunRecord[],
  request: RunIdentity,
  clock: Clock,
): { inherited: Inherited; message: string | null } {
  const last = runs.at(-1);
  if (last === undefined || !wasKilled(last)) return { inherited: new Map(), message: null };
  const what =
    `an earlier "${last.procedure}" of ${last.origHost} (${last.startedAt}, pid ${last.pid}) was killed after it had begun: ` +
    unfinishedSteps(last)
      .map(({ title }) => title)
      .join(', ');
  const same =
    last.procedure === request.procedure &&
    last.origHost === request.orig.host &&
    last.newHost === (request.next?.host ?? null);
  if (!same || clock.now().getTime() - Date.parse(last.startedAt) > handoverMs)
    return { inherited: new Map(), message: `${what}; see mha-helper status` };
  return {
    inherited: new Map(unfinishedSteps(last).map(({ id, before }) => [id, { before, run: last.run }])),
    message: `${what}; this run finishes it, or undoes it when it fails`,
  };
}

/** The finished `online stop` that this `online start` continues, or null. */
export function handoverTo(runs: readonly RunRecord[], request: RunIdentity, clock: Clock): RunRecord | null {
  const last = runs.at(-1);
  if (last?.end == null || last.procedure !== 'online stop' || last.end.outcome === 'failed') return null;
  if (last.origHost !== request.orig.host || last.newHost !== request.next?.host) return null;
  return clock.now().getTime() - Date.parse(last.end.at) > handoverMs ? null : last;
}
