// What hooks of the leader have left half done, as its journal has it, for the next leader: `undo` works there too.
import type { Tools } from '../../context/Context.ts';
import { errorText } from '../../errors/message.ts';
import { parseLine, readRuns } from '../../steps/journal.ts';
import { archivePath, joinedLines, journalPath, rotatingPath, runOf, textOf } from '../../steps/journalFiles.ts';
import { journalTexts, runToUndo } from '../run/earlierRuns.ts';
import { runLock, takeRunLock } from '../run/runLock.ts';

/** A planned switch has two. */
const mostRuns = 3;
/** In characters: what etcd holds of a cluster stays small. */
const mostText = 64_000;

type RecordTools = Pick<Tools, 'files' | 'places'>;

/**
 * Lines of the journal, of what `undo` would take back, and of what it has taken back last: that may be half done in
 * the record of another host still. None where there is nothing, or nothing can be read.
 */
export async function runsToTell(cluster: string, tools: RecordTools): Promise<readonly string[]> {
  const lines = await linesHere(cluster, [journalPath, rotatingPath], tools).catch(() => []);
  let runs = readRuns(textOf(lines));
  const undone = runs.filter(({ steps }) => steps.some(({ state }) => state === 'undone')).slice(-mostRuns);
  const told = new Set<string>();
  for (let half = runToUndo(runs); half !== null && told.size < mostRuns; half = runToUndo(runs)) {
    const { run } = half;
    told.add(run);
    runs = runs.filter((other) => other.run !== run);
  }
  for (const { run } of undone) told.add(run);
  const found = lines.filter((line) => told.has(runOf(line) ?? ''));
  return textOf(found).length > mostText ? [] : found;
}

/**
 * Into the journal of this host, where they are not there yet.
 * @returns for the log. Never rejects: whoever leads can do without
 */
export async function takeRuns(cluster: string, theirs: readonly string[], tools: Tools): Promise<readonly string[]> {
  try {
    // What has been finished since may have left the journal.
    const own = await linesHere(cluster, [journalPath, rotatingPath, archivePath], tools);
    const known = new Set(own);
    const fresh = theirs.filter((line) => !known.has(line) && parseLine(line) !== undefined);
    if (fresh.length === 0) return [];
    const owner = `taking over the records of the last leader, pid ${tools.places.pid}`;
    const lock = await takeRunLock(runLock(tools.places, cluster), owner, tools);
    if (lock.kind !== 'taken') throw new Error(lock.kind === 'held' ? `${lock.owner} is at work` : lock.why);
    try {
      // What somebody else wrote last may be half a line.
      await tools.files.append(journalPath(tools.places, cluster), `\n${textOf(fresh)}`);
    } finally {
      await lock.release();
    }
    const half = runToUndo(readRuns(textOf([...own, ...fresh])));
    if (half === null || !fresh.some((line) => runOf(line) === half.run))
      return ['what the last leader has undone is recorded here too'];
    const what = `"${half.procedure}" of ${half.origHost}, begun ${half.startedAt}`;
    return [`the last leader has left half done, and mha-helper undo works here too: ${what}`];
  } catch (error) {
    return [`what the last leader has left half done cannot be recorded here: ${errorText(error)}`];
  }
}

/** @throws Error of Node's, but for files that are not there */
async function linesHere(
  cluster: string,
  paths: readonly (typeof journalPath)[],
  tools: RecordTools,
): Promise<readonly string[]> {
  const texts = await journalTexts(paths, cluster, tools);
  if ('error' in texts) throw texts.error;
  return joinedLines(...texts);
}
