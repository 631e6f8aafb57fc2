/** Something that reads what others have written. */
export interface Target {
  readonly name: string;
  /** Inputs as they ought to be. */
  readonly seeds: readonly string[];
  /** Words of the format. */
  readonly dictionary: readonly string[];
  /**
   * Reads an input. May throw a Failure that tells what is wrong with the input.
   * @throws Error for anything that is not right: it is a finding
   */
  read(input: string): unknown;
}

/** What a target says to be wrong, apart from what it throws by itself. */
export class Wrong extends Error {}

/** @throws Wrong */
export function must(isSo: boolean, what: string): void {
  if (!isSo) throw new Wrong(what);
}
