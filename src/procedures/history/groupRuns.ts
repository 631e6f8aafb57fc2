// The hooks' runs as switches and failovers: MHA calls several for one. Pure.
import type { RunRecord } from '../../steps/journal.ts';
import { outageText } from '../../steps/witnessRecord.ts';
import type { HistoryEntry, Outage } from './HistoryEntry.ts';

/** Runs of one switch are not further apart, in ms: MHA waits in between until the new master has caught up. */
const mostApartMs = 3_600_000;

/** Those of one switch or failover, in their order. */
export type Group = readonly [RunRecord, ...RunRecord[]];

/** The oldest first. An operator's moves of the address are no switch. */
export function groupRuns(runs: readonly RunRecord[]): readonly Group[] {
  const groups: [RunRecord, ...RunRecord[]][] = [];
  for (const run of runs.filter(({ procedure }) => /^(?:online|hard) /.test(procedure))) {
    const group = groups.at(-1);
    if (group !== undefined && belongsTo(group, run)) group.push(run);
    else groups.push([run]);
  }
  return groups;
}

function belongsTo(group: Group, run: RunRecord): boolean {
  const last = group.at(-1) ?? group[0];
  if (kindOf(last) !== kindOf(run) || last.origHost !== run.origHost) return false;
  if (last.newHost !== null && run.newHost !== null && last.newHost !== run.newHost) return false;
  if (Date.parse(run.startedAt) - Date.parse(last.end?.at ?? last.startedAt) > mostApartMs) return false;
  // A hook that was killed is called again. After the end of a start, or of a stop that failed, all begins anew.
  if (last.end === null) return true;
  if (run.procedure.endsWith(' start')) return !last.procedure.endsWith(' start') && last.end.outcome !== 'failed';
  return last.procedure.startsWith('hard stop') && last.procedure !== run.procedure;
}

function kindOf({ procedure }: RunRecord): HistoryEntry['kind'] {
  return procedure.startsWith('online ') ? 'planned switch' : 'failover';
}

/** @param number its place in the history */
export function entryOf(group: Group, number: number): HistoryEntry {
  const [first] = group;
  const last = group.at(-1) ?? first;
  const outcome = outcomeOf(group);
  return {
    number,
    at: first.startedAt,
    kind: kindOf(first),
    from: first.origHost,
    to: last.newHost,
    outcome,
    seconds: last.end === null ? null : secondsBetween(first.startedAt, last.end.at),
    hookSeconds: group.reduce(
      (sum, run) => sum + (run.end === null ? 0 : secondsBetween(run.startedAt, run.end.at)),
      0,
    ),
    by: byWhom(first),
    message: last.end?.outcome === 'failed' ? last.end.message : '',
    leftToDo: group.flatMap(({ end }) => (end?.outcome === 'proceed' ? (end.leftToDo ?? [end.message]) : [])),
    outage: outageOf(group),
    drill: group.findLast(({ drill }) => drill !== undefined)?.drill?.way ?? null,
  };
}

function outageOf(group: Group): Outage | null {
  const witness = group.findLast((run) => run.witness !== undefined)?.witness;
  if (witness === undefined) return null;
  const { outageMs, atLeast, met } = witness;
  return { seconds: outageMs === null ? null : outageMs / 1000, atLeast, met, text: outageText(witness) };
}

function outcomeOf(group: Group): HistoryEntry['outcome'] {
  const last = group.at(-1) ?? group[0];
  const isUndone = group.every(({ steps }) => steps.every(({ state }) => state === 'undone'));
  if (last.end?.outcome === 'failed') return 'failed';
  if (last.procedure.endsWith(' start') && last.end !== null)
    return group.some(({ end }) => end?.outcome === 'proceed') ? 'left to do' : 'done';
  return isUndone ? 'given back' : 'not finished';
}

function byWhom({ caller, by }: RunRecord): string | null {
  const program = caller?.program;
  if (program === undefined) return by ?? null;
  return by == null ? program : `${program} (${by})`;
}

export function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;
}
