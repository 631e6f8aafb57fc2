// What the matrix has found, kept in docs/matrix.json so that a run of some cells leaves the others as they are.
import { readResultsFile, writeResultsFile } from '../resultsFile.ts';
import type { TrialName } from './trialNames.ts';

export interface Figures {
  /**
   * Longest time without an acknowledged write, for each switch or failover of the trial. Empty where nothing was
   * written.
   */
  readonly outagesSeconds: readonly number[];
  readonly acknowledged: number;
  readonly lost: number;
}

export type TrialResult = ({ readonly works: true } & Figures) | { readonly works: false; readonly why: string };

export interface CellResult {
  /** What the server said of itself. */
  readonly server: string;
  readonly on: string;
  readonly seconds: number;
  readonly trials: Readonly<Partial<Record<TrialName, TrialResult>>>;
}

export type Results = Readonly<Record<string, CellResult>>;

export function readResults(path: string): Results {
  return readResultsFile<Results>(path);
}

export function writeResults(path: string, results: Results): void {
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeResultsFile(path, sorted);
}
