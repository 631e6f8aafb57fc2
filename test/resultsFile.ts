// What long runs have found, kept as JSON in docs/, so that a run of some of them leaves the others as they are.
import { readFileSync, writeFileSync } from 'node:fs';

/** @returns nothing where there is no file yet */
export function readResultsFile<Results extends object>(path: string): Results | Record<string, never> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Results;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

export function writeResultsFile(path: string, results: object): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}
