// What earlier runs left in the journal: a run that was killed half-way, and the planned switch's `stop` that its `start` continues.
import type { Clock, Tools } from '../context/Context.ts';
import { errorText } from '../errors/message.ts';
import { journalPath, readRuns, type RunRecord, type StepRecord } from '../steps/journal.ts';
import type { Inherited } from '../steps/runSteps.ts';
import type { RunRequest } from './openRun.ts';

/** A `start` belongs to a `stop` that is at most this old, in ms: MHA waits in between until the new master has caught up. */
const handoverMs = 3_600_000;

/** All runs of a cluster, oldest first; none where there is no journal yet. */
export async function readJournal(tools: Pick<Tools, 'files' | 'places' | 'log'>, cluster: string): Promise<readonly RunRecord[]> {
  const path = journalPath(tools.places, cluster);
  try {
    return readRuns(await tools.files.read(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') tools.log.warn(`${path}: cannot be read: ${errorText(error)}`);
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

/** What the last run of this cluster left behind when it was killed during the same procedure on the same hosts. */
export function inheritedFrom(runs: readonly RunRecord[], request: RunRequest): { inherited: Inherited; message: string | null } {
  const last = runs.at(-1);
  if (last === undefined || !wasKilled(last)) return { inherited: new Map(), message: null };
  const what = `an earlier "${last.procedure}" of ${last.origHost} (${last.startedAt}, pid ${last.pid}) was killed after it had begun: `
    + unfinishedSteps(last).map(({ title }) => title).join(', ');
  const same = last.procedure === request.procedure && last.origHost === request.orig.host && last.newHost === (request.next?.host ?? null);
  if (!same) return { inherited: new Map(), message: `${what}; see mha-helper status` };
  return {
    inherited: new Map(unfinishedSteps(last).map(({ id, before }) => [id, { before, run: last.run }])),
    message: `${what}; this run finishes it, or undoes it when it fails`,
  };
}

/** The finished `online stop` that this `online start` continues, or null. */
export function handoverTo(runs: readonly RunRecord[], request: RunRequest, clock: Clock): RunRecord | null {
  const last = runs.at(-1);
  if (last?.end == null || last.procedure !== 'online stop' || last.end.outcome === 'failed') return null;
  if (last.origHost !== request.orig.host || last.newHost !== request.next?.host) return null;
  return clock.now().getTime() - Date.parse(last.end.at) > handoverMs ? null : last;
}
