// The rule that no file imports itself by way of others, types included: what stands in a circle can be neither read
// nor moved alone.
import { dirname, posix } from 'node:path';
import typescript from 'typescript';
import type { Finding, SourceTree } from './sourceTree.ts';

/** The files of the tree that a file names, as values or as types. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

export function importGraph(tree: SourceTree): ImportGraph {
  const files = [...tree].filter(([path]) => path.endsWith('.ts'));
  return new Map(
    files.map(([path, text]) => [
      path,
      typescript
        .preProcessFile(text, true, true)
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => posix.join(dirname(path), fileName))
        .filter((target) => tree.has(target)),
    ]),
  );
}

/** Everything that is reached from these files, themselves included. */
export function reached(graph: ImportGraph, from: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>(from);
  // A set gives what is added to it while it is walked through, too.
  for (const path of seen) for (const target of graph.get(path) ?? []) seen.add(target);
  return seen;
}

/** Circles, the shortest way round each: every file that is in a circle is in one of them. */
export function importCycles(graph: ImportGraph): readonly Finding[] {
  const told = new Set<string>();
  return [...graph.keys()].flatMap((path) => {
    const circle = told.has(path) ? undefined : shortestWayBack(graph, path);
    if (circle === undefined) return [];
    for (const one of circle) told.add(one);
    return [{ path, message: `imports go in a circle: ${circle.join(' -> ')}` }];
  });
}

function shortestWayBack(graph: ImportGraph, start: string): readonly string[] | undefined {
  const before = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const target of graph.get(path) ?? []) {
      if (target === start) return [...wayFrom(before, path), start];
      if (before.has(target)) continue;
      before.set(target, path);
      queue.push(target);
    }
  }
  return undefined;
}

function wayFrom(before: ReadonlyMap<string, string>, end: string): readonly string[] {
  const previous = before.get(end);
  return previous === undefined ? [end] : [...wayFrom(before, previous), end];
}
