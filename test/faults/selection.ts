// Which rows, with which server.
import type { DatabaseServer } from '../lab/databaseServer.ts';
import { chosenServer, databaseServer } from '../lab/servers.ts';
import type { Row, Variant } from './row.ts';

/** @param patterns `undo-* cut-*`; none means all. @throws Error that names a pattern without a row */
export function chosenRows(rows: readonly Row[], patterns: readonly string[]): readonly Row[] {
  const wanted = patterns.flatMap((text) => text.split(/[\s,]+/)).filter((text) => text !== '');
  const matches = (id: string, pattern: string): boolean => new RegExp(`^${pattern.split('*').join('.*')}$`).test(id);
  const empty = wanted.filter((pattern) => !rows.some(({ id }) => matches(id, pattern)));
  if (empty.length > 0) throw new Error(`faults: no row is called ${empty.join(', ')}; see --list`);
  return wanted.length === 0 ? rows : rows.filter(({ id }) => wanted.some((pattern) => matches(id, pattern)));
}

export interface Batch {
  /** `mariadb-10.11`, `mysql-9.7-gtid`. */
  readonly variant: string;
  readonly server: DatabaseServer;
  readonly rows: readonly Row[];
}

/**
 * What LAB_SERVER and LAB_GTID name, for all the rows; where they name nothing, all rows with the machine's own
 * MariaDB, and with other servers those that are meant for them.
 */
export function batches(
  rows: readonly Row[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): Batch[] {
  const server = chosenServer(env);
  const variant = variantOf(server);
  const own = rows.filter(({ only }) => only === undefined || only.some((one) => one === variant));
  const first: Batch = { variant, server, rows: own };
  if ((env['LAB_SERVER'] ?? '') !== '') return [first];
  const meant = ({ also = [], only = [] }: Row): readonly Variant[] => [...also, ...only];
  const others = [...new Set(rows.flatMap(meant))].filter((one) => one !== variant);
  return [
    first,
    ...others.map((variant) => ({
      variant,
      server: serverOf(variant),
      rows: rows.filter((row) => meant(row).includes(variant)),
    })),
  ];
}

function variantOf({ name, gtid }: DatabaseServer): string {
  return gtid ? `${name}-gtid` : name;
}

function serverOf(variant: Variant): DatabaseServer {
  return databaseServer(variant.replace(/-gtid$/, '') as DatabaseServer['name'], { gtid: variant.endsWith('-gtid') });
}
