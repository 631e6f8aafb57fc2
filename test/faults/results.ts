// What the rows have come to, kept in docs/faults.json, so that a run of some rows leaves the others as they are.
import { readResultsFile, writeResultsFile } from '../resultsFile.ts';

export interface RowResult {
  readonly fault: string;
  readonly moment: string;
  readonly expected: string;
  readonly exits: Readonly<Record<string, number | null>>;
  readonly wh2Ms: number;
  readonly w2Ms: number;
  readonly h2Ms: number;
  readonly acknowledged: number;
  readonly lost: number | null;
  /** Longest time without an acknowledged write; null: none any more to the end. */
  readonly clientOutageMs: number | null;
  /** Longest time without a server that takes writes and has the address. */
  readonly outageMs: number;
  readonly seconds: number;
  /** What is not as it must be; nothing when the row is right. */
  readonly faults: readonly string[];
  readonly on: string;
}

/** `mariadb-10.11`, `mysql-9.7-gtid` -> row -> result. */
export type Results = Readonly<Record<string, Readonly<Record<string, RowResult>>>>;

export function readResults(path: string): Results {
  return readResultsFile<Results>(path);
}

export function writeResult(path: string, variant: string, id: string, result: RowResult): void {
  const results = readResults(path);
  writeResultsFile(path, { ...results, [variant]: { ...results[variant], [id]: result } });
}
