import type { Lab } from '../lab/lab.ts';

export interface Topology {
  readonly name: string;
  readonly what: string;
  /** How it must come out. */
  readonly is: 'works' | 'refused';
  readonly gtid?: true;
  /** @returns the note in the table. @throws Wrong */
  run(lab: Lab): Promise<string>;
}
