// The cells of the matrix: every server, with GTID and without. All of them have both.
import { SERVER_NAMES, type ServerName } from '../lab/databaseServer.ts';

export interface Cell {
  /** `mysql-9.7`, `mysql-9.7-gtid`. */
  readonly name: string;
  readonly server: ServerName;
  readonly gtid: boolean;
}

export const cells: readonly Cell[] = SERVER_NAMES.flatMap((server) => [
  { name: server, server, gtid: false },
  { name: `${server}-gtid`, server, gtid: true },
]);

/** @param names separated by blanks or commas; none means all. @throws Error that names what there is */
export function chosenCells(names: string): readonly Cell[] {
  const wanted = names.split(/[\s,]+/).filter((name) => name !== '');
  const unknown = wanted.filter((name) => !cells.some((cell) => cell.name === name));
  if (unknown.length > 0)
    throw new Error(`matrix: no cell ${unknown.join(', ')}; there are: ${cells.map(({ name }) => name).join(', ')}`);
  return wanted.length === 0 ? cells : cells.filter(({ name }) => wanted.includes(name));
}
