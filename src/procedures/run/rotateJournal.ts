// What is finished moves from the journal to the archive, which only the history reads. A crash at any moment loses no
// line: the journal of before has a name of its own until all of it is in one of the two, and is read until then.
// Whoever appends without the run lock sees by the inode that the file was replaced, and appends once more.
import type { Tools } from '../../context/Context.ts';
import { readRuns } from '../../steps/journal.ts';
import {
  archivePath,
  joinedLines,
  journalPath,
  linesOf,
  rotatingPath,
  runOf,
  textOf,
} from '../../steps/journalFiles.ts';
import { finishedRuns, type JournalLimits } from './finishedRuns.ts';
import { runLock, rotationProcedure } from './runLock.ts';

type RotationTools = Pick<Tools, 'clock' | 'files' | 'locks' | 'places'>;

/**
 * Does nothing while a run of the cluster is at work, and where that is not known.
 * @returns how many runs have moved
 * @throws Node's errors of files: then nothing is lost, and the next rotation goes on
 */
export async function rotateJournal(cluster: string, limits: JournalLimits, tools: RotationTools): Promise<number> {
  const { locks, places } = tools;
  const isBroken = (await readOrNull(rotatingPath(places, cluster), tools)) !== null;
  if (!isBroken && (await toMove(cluster, limits, tools)).count === 0) return 0;
  const lock = await locks.take(runLock(places, cluster), `"${rotationProcedure}", pid ${places.pid}`);
  if (lock.kind !== 'taken') return 0;
  try {
    await finish(cluster, tools);
    const { count, rest } = await toMove(cluster, limits, tools);
    if (count === 0) return 0;
    const journal = journalPath(places, cluster);
    await tools.files.replace(journal, textOf(rest), { like: journal, former: rotatingPath(places, cluster) });
    await finish(cluster, tools);
    return count;
  } finally {
    await lock.release();
  }
}

/** How many runs move, and the lines of the others: what was cut off, or is about a run that has moved, goes, too. */
async function toMove(
  cluster: string,
  limits: JournalLimits,
  tools: RotationTools,
): Promise<{ readonly count: number; readonly rest: readonly string[] }> {
  const text = (await readOrNull(journalPath(tools.places, cluster), tools)) ?? '';
  const lines = linesOf(text);
  const sizes = new Map<string, number>();
  for (const line of lines) {
    const run = runOf(line) ?? '';
    sizes.set(run, (sizes.get(run) ?? 0) + Buffer.byteLength(line) + 1);
  }
  const runs = readRuns(text);
  const count = finishedRuns(runs, sizes, limits, tools).length;
  const staying = new Set(runs.slice(count).map(({ run }) => run));
  return { count, rest: lines.filter((line) => staying.has(runOf(line) ?? '')) };
}

/** From the journal of before each line goes where its run is; also after a rotation that was killed. */
async function finish(cluster: string, tools: RotationTools): Promise<void> {
  const { files, places } = tools;
  const before = await readOrNull(rotatingPath(places, cluster), tools);
  if (before === null) return;
  const live = (await readOrNull(journalPath(places, cluster), tools)) ?? '';
  const here = new Set(readRuns(live).map(({ run }) => run));
  const isHere = (line: string): boolean => here.has(runOf(line) ?? '');
  const inLive = new Set(linesOf(live));
  const late = linesOf(before).filter((line) => isHere(line) && !inLive.has(line));
  if (late.length > 0) await files.append(journalPath(places, cluster), `\n${textOf(late)}`);
  const archived = (await readOrNull(archivePath(places, cluster), tools)) ?? '';
  const gone = linesOf(before).filter((line) => !isHere(line));
  const all = textOf(joinedLines(archived, textOf(gone)));
  await files.replace(archivePath(places, cluster), all, { like: rotatingPath(places, cluster) });
  await files.remove(rotatingPath(places, cluster));
}

async function readOrNull(path: string, { files }: Pick<Tools, 'files'>): Promise<string | null> {
  try {
    return await files.read(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
