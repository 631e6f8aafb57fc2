// What the hooks have left to a person, until it is done: a person has said so, a command has done it, or the old
// master that it is about is a replica again. Pure.
import type { RunRecord } from '../../steps/journal.ts';
import { groupRuns, type Group } from '../history/groupRuns.ts';
import type { Lifted } from '../orders/standingOrders.ts';

export interface Left {
  readonly run: RunRecord;
  /** One line each; at least one. */
  readonly lines: readonly string[];
}

/**
 * The oldest first. A switch or failover that has left nothing has found the cluster whole: what was before it counts
 * no more.
 * @param lifted standing orders that are over
 */
export function leftToDo(runs: readonly RunRecord[], lifted: readonly Lifted[]): readonly Left[] {
  const whole = groupRuns(runs).findLast(leftNothing)?.at(-1);
  const since = whole === undefined ? 0 : runs.indexOf(whole) + 1;
  const late = runs.slice(since);
  return late.flatMap((run, index) => {
    const lines = linesOf(run).filter(
      (line) => !isAboutReplica(line, run, lifted) && !late.slice(index + 1).some((later) => isDoneBy(line, later)),
    );
    return lines.length === 0 ? [] : [{ run, lines }];
  });
}

/** `"hard stop" of db10 (2026-01-31T03:00:00.000Z): ...`, a line each. */
export function leftLines(left: readonly Left[]): readonly string[] {
  return left.flatMap(({ run, lines }) => {
    const who = `"${run.procedure}" of ${run.origHost} (${run.startedAt})`;
    return lines.map((line) => `${who}: ${line}`);
  });
}

/** Runs of an older version have it in the message only. */
function linesOf({ end, acknowledged }: RunRecord): readonly string[] {
  if (end?.outcome !== 'proceed' || acknowledged !== undefined) return [];
  return end.leftToDo ?? [end.message];
}

function leftNothing(group: Group): boolean {
  const last = group.at(-1) ?? group[0];
  return last.procedure.endsWith(' start') && group.every(({ end }) => end?.outcome === 'done');
}

/** The very command that it names. */
function isDoneBy(line: string, { procedure, origHost, end }: RunRecord): boolean {
  if (end === null || end.outcome === 'failed' || !procedure.startsWith('vip ')) return false;
  return line.includes(`mha-helper ${procedure} ${origHost} `);
}

/** It names an old master that has been made a replica, or a person has spoken for, since. */
function isAboutReplica(line: string, { startedAt, origHost }: RunRecord, lifted: readonly Lifted[]): boolean {
  if (!lifted.some(({ host, at }) => host === origHost && at > startedAt)) return false;
  return line.split(/[^\w.-]+/).includes(origHost);
}
