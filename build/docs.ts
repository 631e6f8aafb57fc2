// docs/reference, from the source.
//   node build/docs.ts [DIRECTORY]            writes the pages
//   node build/docs.ts --check [DIRECTORY]    fails when one is stale, missing, or nobody's
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './paths.ts';
import { referencePages } from './reference/pages.ts';

function write(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of referencePages()) writeFileSync(join(directory, name), text);
}

/** One line for each page that is not as the source has it. */
function stalePages(directory: string): readonly string[] {
  const pages = referencePages();
  const there = existsSync(directory) ? readdirSync(directory) : [];
  const where = (name: string): string => relative('', join(directory, name));
  const stale = [...pages].flatMap(([name, text]) => {
    if (!there.includes(name)) return [`${where(name)} is missing; run "make docs"`];
    if (readFileSync(join(directory, name), 'utf8') !== text) return [`${where(name)} is stale; run "make docs"`];
    return [];
  });
  const foreign = there.filter((name) => !pages.has(name));
  return [...stale, ...foreign.map((name) => `${where(name)} is not made from the source; it belongs elsewhere`)];
}

function main(args: readonly string[]): number {
  const [directory = join(root, 'docs/reference'), ...rest] = args.filter((arg) => arg !== '--check');
  if (rest.length > 0 || directory.startsWith('-')) {
    process.stderr.write('usage: docs.ts [--check] [DIRECTORY]\n');
    return 2;
  }
  if (!args.includes('--check')) {
    write(directory);
    return 0;
  }
  const complaints = stalePages(directory);
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  return complaints.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
