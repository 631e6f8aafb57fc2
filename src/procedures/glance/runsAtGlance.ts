// What the record of the hooks says at a glance.
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { RunRecord } from '../../steps/journal.ts';
import type { Lifted } from '../orders/standingOrders.ts';
import { runToUndo } from '../run/earlierRuns.ts';
import { leftLines, leftToDo } from '../run/leftToDo.ts';
import type { GlanceRuns } from './Glance.ts';

/**
 * @param atWork a run of the hooks at this moment, in words
 * @param lifted standing orders that are over
 */
export function runsAtGlance(
  runs: readonly RunRecord[] | Unknown,
  atWork: string | null,
  lifted: readonly Lifted[] = [],
): GlanceRuns {
  const nothing = { atWork, last: null, toUndo: [], leftToDo: [], unknown: null };
  if (isUnknown(runs)) return { ...nothing, unknown: runs.unknown };
  const last = runs.at(-1);
  if (last === undefined) return nothing;
  // What is at work has an open end, and nobody undoes it meanwhile.
  const toUndo = atWork === null ? runToUndo(runs) : null;
  return {
    ...nothing,
    last: {
      procedure: last.procedure,
      from: last.origHost,
      to: last.newHost,
      at: last.startedAt,
      outcome: last.end?.outcome ?? 'killed',
      message: last.end?.message ?? '',
    },
    toUndo: toUndo?.steps.map(({ title }) => title) ?? [],
    leftToDo: leftLines(leftToDo(runs, lifted)),
  };
}
