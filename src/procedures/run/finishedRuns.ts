// Which runs may leave the journal: the oldest ones, up to the first that somebody may still go by. Pure.
import type { OptionSet } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { ageMs } from '../../steps/moment.ts';
import { groupRuns } from '../history/groupRuns.ts';
import { openedLast, runToUndo } from './earlierRuns.ts';
import { leftToDo } from './leftToDo.ts';

/** Options: in days, and in kB. */
export interface JournalLimits extends Pick<OptionSet, 'journal_days' | 'journal_size'> {
  /** So many switches and failovers stay in any case; default 10. */
  readonly staying?: number;
}

const dayMs = 86_400_000;

/**
 * @param runs all of the journal, oldest first
 * @param sizes in bytes, of each of them
 */
export function finishedRuns(
  runs: readonly RunRecord[],
  sizes: ReadonlyMap<string, number>,
  limits: JournalLimits,
  tools: TimeTools,
): readonly RunRecord[] {
  const wanted = Math.max(tooOld(runs, limits, tools), tooMany(runs, sizes, limits));
  const end = Math.min(wanted, firstToStay(runs, tools));
  // Never through a switch: its runs are told as one.
  const starts = groupRuns(runs).map(([first]) => runs.indexOf(first));
  const movable = starts.slice(0, Math.max(0, starts.length - (limits.staying ?? 10) + 1));
  return runs.slice(0, movable.findLast((start) => start <= end) ?? 0);
}

type TimeTools = Pick<Tools, 'clock' | 'places'>;

function tooOld(runs: readonly RunRecord[], { journal_days: days }: JournalLimits, { clock }: TimeTools): number {
  const since = clock.now().getTime() - days * dayMs;
  const young = runs.findIndex(({ startedAt }) => !(Date.parse(startedAt) < since));
  return young < 0 ? runs.length : young;
}

function tooMany(runs: readonly RunRecord[], sizes: ReadonlyMap<string, number>, limits: JournalLimits): number {
  const bytes = limits.journal_size * 1000;
  const size = ({ run }: RunRecord): number => sizes.get(run) ?? 0;
  let rest = runs.reduce((sum, run) => sum + size(run), 0);
  if (rest <= bytes) return 0;
  const enough = runs.findIndex((run) => {
    if (rest <= bytes / 2) return true;
    rest -= size(run);
    return false;
  });
  return enough < 0 ? runs.length : enough;
}

/** What undo, a second failover, standing orders and LEFT TO DO go by. */
function firstToStay(runs: readonly RunRecord[], tools: TimeTools): number {
  const ids = new Set([...toUndo(runs), openedLast(runs)?.run.run, ...leftToDo(runs, []).map(({ run }) => run.run)]);
  const first = runs.findIndex(
    (run) => ids.has(run.run) || (run.end === null && ageMs({ ...run, at: run.startedAt }, tools) <= dayMs),
  );
  return first < 0 ? runs.length : first;
}

/** All that undo would go by, one after the other: a run that has been undone brings up what was before it. */
function toUndo(runs: readonly RunRecord[]): readonly string[] {
  const half = runToUndo(runs);
  return half === null ? [] : [half.run, ...toUndo(runs.filter(({ run }) => run !== half.run))];
}
