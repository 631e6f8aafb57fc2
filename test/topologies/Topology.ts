import type { Lab } from '../lab/lab.ts';

export interface Topology {
  readonly name: string;
  readonly what: string;
  /** How it must come out. */
  readonly is: 'works' | 'refused';
  readonly gtid?: true;
  /** Only MariaDB has what it is about. */
  readonly only?: 'mariadb';
  /** @returns the note in the table. @throws Wrong */
  run(lab: Lab): Promise<string>;
}
