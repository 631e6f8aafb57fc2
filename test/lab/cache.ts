// What is the same for every lab and costs time to make: package layers and database servers, one directory each.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { identify } from './processes.ts';

/** Survives the labs; may be deleted whenever no lab runs. */
export const CACHE_DIRECTORY = '/var/cache/mha-lab';

/**
 * Puts a directory into the cache, whole or not at all: it is made beside and then renamed.
 * @param make fills the directory `root`; `work` is for whatever else it needs, and is removed
 */
export function makeInCache(
  destination: string,
  make: (root: string, work: string) => void,
  cache: string = CACHE_DIRECTORY,
): void {
  beside(destination, cache, (root, work) => {
    make(root, work);
    rmSync(destination, { recursive: true, force: true });
    renameSync(root, destination);
  });
}

/** The same, and what somebody else has put there meanwhile stays: it may be in use. */
export function keepInCache(destination: string, make: (root: string) => void, cache: string = CACHE_DIRECTORY): void {
  beside(destination, cache, (root) => {
    make(root);
    try {
      renameSync(root, destination);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    }
  });
}

function beside(destination: string, cache: string, use: (root: string, work: string) => void): void {
  mkdirSync(dirname(destination), { recursive: true, mode: 0o755 });
  sweepUnfinished(cache);
  const work = mkdtempSync(join(cache, `new-${process.pid}-`));
  try {
    const root = join(work, 'root');
    mkdirSync(root, { mode: 0o755 });
    use(root, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What processes have left that were killed. */
function sweepUnfinished(cache: string): void {
  for (const entry of readdirSync(cache)) {
    const maker = /^new-(\d+)-/.exec(entry)?.[1];
    if (maker !== undefined && identify(Number(maker)) === undefined)
      rmSync(join(cache, entry), { recursive: true, force: true });
  }
}
