// The files of a cluster's record: the journal, by which hooks and undo go, and what has left it and is only told.
import type { Places } from '../context/Context.ts';

/** Path of a cluster's journal. */
export function journalPath(places: Pick<Places, 'stateDirectory'>, cluster: string): string {
  return `${places.stateDirectory}/${cluster}.journal`;
}

/** The journal as it was before a rotation that is at work, or was killed. Whoever reads the journal reads it, too. */
export function rotatingPath(places: Pick<Places, 'stateDirectory'>, cluster: string): string {
  return `${journalPath(places, cluster)}.rotating`;
}

/** Runs that are finished and that nobody goes by any more. */
export function archivePath(places: Pick<Places, 'stateDirectory'>, cluster: string): string {
  return `${journalPath(places, cluster)}.archive`;
}

/** Lines that stand in several files, because a rotation was killed in between, stand here once. Empty ones do not. */
export function joinedLines(...texts: readonly string[]): readonly string[] {
  const known = new Set<string>();
  return texts.flatMap((text) => {
    const fresh = linesOf(text).filter((line) => !known.has(line));
    for (const line of fresh) known.add(line);
    return fresh;
  });
}

export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** The run that a line is about; null for a line that was cut off. */
export function runOf(line: string): string | null {
  try {
    const { run } = JSON.parse(line) as { readonly run?: unknown };
    return typeof run === 'string' ? run : null;
  } catch {
    return null;
  }
}
