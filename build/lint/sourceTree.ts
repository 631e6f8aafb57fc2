// The files that people write, and what is wrong with one of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text by path below the root, with slashes. */
export type SourceTree = ReadonlyMap<string, string>;

export interface Finding {
  readonly path: string;
  /** From 1; undefined when it is about the whole file. */
  readonly line?: number;
  readonly message: string;
}

const places = ['.ci', 'build', 'eslint.config.js', 'examples', 'Makefile', 'src', 'test'];

export function readSourceTree(root: string): SourceTree {
  const paths = places.filter((place) => existsSync(join(root, place))).flatMap((place) => filesOf(root, place));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

function filesOf(root: string, place: string): readonly string[] {
  if (place === 'Makefile' || place.endsWith('.js')) return [place];
  return readdirSync(join(root, place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.log'))
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(root, '/').length));
}

/** `path:line: message`, as editors and terminals know it. */
export function findingText({ path, line, message }: Finding): string {
  return `${[path, ...(line === undefined ? [] : [line])].join(':')}: ${message}`;
}
