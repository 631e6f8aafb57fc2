// What earlier runs left in the journal: a run that was killed half-way, and the planned switch's `stop` that its
// `start` continues.
import type { Tools } from '../../context/Context.ts';
import { errorText } from '../../errors/message.ts';
import type { Unknown } from '../../errors/unknown.ts';
import { readRuns, type RunRecord, type StepRecord } from '../../steps/journal.ts';
import { archivePath, joinedLines, journalPath, rotatingPath, textOf } from '../../steps/journalFiles.ts';
import { ageMs } from '../../steps/moment.ts';
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
export const handoverMs = 3_600_000;

type TimeTools = Pick<Tools, 'clock' | 'places'>;

/**
 * The runs of a cluster that somebody may go by, oldest first; none where there is no journal yet. Unknown where it
 * cannot be read.
 */
export async function readJournal(
  tools: Pick<Tools, 'files' | 'places'>,
  cluster: string,
): Promise<readonly RunRecord[] | Unknown> {
  return readFiles([journalPath, rotatingPath], cluster, tools);
}

/** With those that have left the journal. */
export async function readAllRuns(
  tools: Pick<Tools, 'files' | 'places'>,
  cluster: string,
): Promise<readonly RunRecord[] | Unknown> {
  return readFiles([journalPath, rotatingPath, archivePath], cluster, tools);
}

async function readFiles(
  paths: readonly (typeof journalPath)[],
  cluster: string,
  tools: Pick<Tools, 'files' | 'places'>,
): Promise<readonly RunRecord[] | Unknown> {
  const texts = await journalTexts(paths, cluster, tools);
  if ('error' in texts) return { unknown: `${texts.path}: cannot be read: ${errorText(texts.error)}` };
  const [only = ''] = texts;
  return readRuns(texts.length > 1 ? textOf(joinedLines(...texts)) : only);
}

/**
 * @param paths the newest first: what a rotation takes out of one meanwhile is in the next
 * @returns the oldest first, without those that are not there; or which cannot be read, with Node's error
 */
export async function journalTexts(
  paths: readonly (typeof journalPath)[],
  cluster: string,
  { files, places }: Pick<Tools, 'files' | 'places'>,
): Promise<readonly string[] | { readonly path: string; readonly error: unknown }> {
  const texts: string[] = [];
  for (const pathOf of paths) {
    const path = pathOf(places, cluster);
    try {
      texts.unshift(await files.read(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      return { path, error };
    }
  }
  return texts;
}

/** Steps that a run had begun and neither undone nor finished with. */
export function unfinishedSteps(run: Pick<RunRecord, 'steps'>): readonly StepRecord[] {
  return run.steps.filter(({ state }) => state !== 'undone');
}

/** True for a run that was killed after it had changed something. Only where it is known that it does not run now. */
export function wasKilled(run: RunRecord): boolean {
  return run.end === null && unfinishedSteps(run).length > 0;
}

/** Kinds of steps that can be undone from the record. */
const undoableKinds = ['set-read-only', 'clear-read-only', 'release-address', 'assign-address', 'stop-events'] as const;
export type UndoableKind = (typeof undoableKinds)[number];

/** Of a step's id, `set-read-only:db10`: null where it is of no kind that can be undone. */
export function undoable({
  id,
}: Pick<StepRecord, 'id'>): { readonly kind: UndoableKind; readonly host: string } | null {
  const separator = id.indexOf(':');
  const kind = undoableKinds.find((one) => one === id.slice(0, separator));
  return kind === undefined ? null : { kind, host: id.slice(separator + 1) };
}

/**
 * The newest run that has left something to undo: it was killed, or could not undo all, or it is a `stop` whose `start`
 * never came. Null when a later run has ended well: then what it found is the new state of things. A dead master's
 * address is never given back.
 *
 * An operator who moves the address opens and closes no server: that settles a run of the hooks only where another host
 * than its original master got it.
 */
export function runToUndo(runs: readonly RunRecord[]): RunRecord | null {
  const moves: RunRecord[] = [];
  for (const run of runs.toReversed()) {
    if (run.procedure === 'hard stopssh' || run.procedure === 'hard stop') continue;
    const rest = unfinishedSteps(run).filter((step) => undoable(step) !== null);
    const endedWell = run.end !== null && run.end.outcome !== 'failed';
    if (rest.length > 0 && (!endedWell || run.procedure === 'online stop'))
      return isSettledBy(moves, run) ? null : { ...run, steps: rest };
    if (endedWell && isMove(run)) moves.push(run);
    else if (endedWell && run.procedure !== 'online stop') return null;
  }
  return null;
}

/** An operator's `vip assign` or `vip release`. */
function isMove({ procedure }: RunRecord): boolean {
  return procedure.startsWith('vip ');
}

/** @param moves that came after the run and ended well, newest first */
function isSettledBy(moves: readonly RunRecord[], run: RunRecord): boolean {
  if (isMove(run)) return moves.length > 0;
  const assigned = moves.find(({ procedure }) => procedure === 'vip assign');
  return assigned !== undefined && assigned.origHost !== run.origHost;
}

/**
 * What the last run of this cluster left behind when it was killed during the same procedure on the same hosts, not
 * long ago.
 */
export function inheritedFrom(
  runs: readonly RunRecord[],
  request: RunIdentity,
  tools: TimeTools,
): { inherited: Inherited; message: string | null } {
  const last = runs.at(-1);
  if (last === undefined || !wasKilled(last)) return { inherited: new Map(), message: null };
  const steps = unfinishedSteps(last);
  const titles = steps.map(({ title }) => title).join(', ');
  const who = `"${last.procedure}" of ${last.origHost} (${last.startedAt}, pid ${last.pid})`;
  const what = `an earlier ${who} was killed after it had begun: ${titles}`;
  const same =
    last.procedure === request.procedure &&
    last.origHost === request.orig.host &&
    last.newHost === (request.next?.host ?? null);
  if (!same || ageMs({ ...last, at: last.startedAt }, tools) > handoverMs) {
    return { inherited: new Map(), message: `${what}; see mha-helper status` };
  }
  return {
    inherited: new Map(steps.map(({ id, before }) => [id, { before, run: last.run }])),
    message: `${what}; this run finishes it, or undoes it when it fails`,
  };
}

/**
 * The finished `online stop` that this `online start` continues, or null. An operator may have moved the address in
 * between. One that was undone, if only in part, says nothing of the servers any more.
 */
export function handoverTo(
  runs: readonly RunRecord[],
  request: Pick<RunIdentity, 'orig' | 'next'>,
  tools: TimeTools,
): RunRecord | null {
  const last = lastStop(runs, request);
  if (last?.end == null || isBroken(last)) return null;
  return ageMs(last.end, tools) > handoverMs ? null : last;
}

/** The same where it was killed, has failed, or was undone: no `start` continues it. */
export function brokenStop(runs: readonly RunRecord[], request: Pick<RunIdentity, 'orig' | 'next'>): RunRecord | null {
  const last = lastStop(runs, request);
  return last !== null && isBroken(last) ? last : null;
}

function isBroken({ end, steps }: RunRecord): boolean {
  return end === null || end.outcome === 'failed' || steps.some(({ state }) => state === 'undone');
}

function lastStop(runs: readonly RunRecord[], { orig, next }: Pick<RunIdentity, 'orig' | 'next'>): RunRecord | null {
  const last = runs.findLast((run) => !isMove(run));
  if (last?.procedure !== 'online stop') return null;
  return last.origHost === orig.host && last.newHost === next?.host ? last : null;
}

/**
 * The run that made `X` the master after `origHost` had died, while nobody has made another one master since by these
 * hooks. MHA that is started again must not fail the same master over a second time.
 */
export function failedOverAlready(runs: readonly RunRecord[], origHost: string): RunRecord | null {
  const run = openedLast(runs)?.run;
  return run?.procedure === 'hard start' && run.origHost === origHost ? run : null;
}

export interface Opened {
  readonly run: RunRecord;
  readonly host: string;
  /** When that was begun, ISO 8601. */
  readonly at: string;
}

/** The server that the hooks have opened last, or have begun to, and the run that did; null where none has. */
export function openedLast(runs: readonly RunRecord[]): Opened | null {
  for (const run of runs.toReversed()) {
    const opened = unfinishedSteps(run).find((step) => undoable(step)?.kind === 'clear-read-only');
    if (opened !== undefined) return { run, host: undoable(opened)?.host ?? '', at: opened.at };
  }
  return null;
}
