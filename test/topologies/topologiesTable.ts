// The topologies as Markdown, and their place in docs/mha/topologies.md.
import { betweenMarks } from '../../build/betweenMarks.ts';
import type { DatabaseServer } from '../lab/databaseServer.ts';
import type { Topology } from './Topology.ts';

export interface Result {
  readonly is: 'works' | 'refused' | 'wrong';
  readonly note: string;
  readonly on: string;
}

/** By resultKey(). */
export type Results = Readonly<Record<string, Result>>;

type Server = Pick<DatabaseServer, 'name' | 'gtid'>;

/** Of all others a topology may be run on these. */
export const others: readonly (Server & { readonly called: string })[] = [
  { name: 'mysql-9.7', gtid: true, called: 'MySQL 9.7 with GTID' },
  { name: 'mysql-9.7', gtid: false, called: 'MySQL 9.7' },
  { name: 'mysql-5.6', gtid: true, called: 'MySQL 5.6 with GTID' },
  { name: 'mysql-5.6', gtid: false, called: 'MySQL 5.6' },
  { name: 'mariadb-11.8', gtid: true, called: 'MariaDB 11.8 with GTID' },
  { name: 'mariadb-11.8', gtid: false, called: 'MariaDB 11.8' },
];

const words = { works: 'works', refused: 'refused', wrong: '**wrong**' } as const;

export function isFor({ only }: Topology, { name }: Server): boolean {
  return only === undefined || name.startsWith(only);
}

/** What is found with MariaDB 10.11, or another machine's own, has no server in its key. */
export function resultKey({ name, gtid }: Topology, server: Server): string {
  const other = others.find((one) => one.name === server.name && one.gtid === (server.gtid || gtid === true));
  return other === undefined ? name : `${name} ${keyOf(other)}`;
}

function keyOf({ name, gtid }: Server): string {
  return gtid ? `${name}-gtid` : name;
}

export function topologiesMarkdown(topologies: readonly Topology[], results: Results): string {
  const rows = topologies.map((topology) => {
    const { name, what, gtid } = topology;
    const found = results[name];
    const shown = gtid === true ? `${what} (GTID)` : what;
    const also = alsoWith(topology, results);
    return found === undefined ? [shown, 'not run', '', also] : [shown, words[found.is], found.note, also];
  });
  const days = [...new Set(Object.values(results).map(({ on }) => on))].sort();
  const head = [
    ['topology', '', '', 'the same with'],
    ['---', '---', '---', '---'],
  ];
  return [
    ...[...head, ...rows].map((columns) => `| ${columns.map(cell).join(' | ')} |`),
    '',
    `${rows.filter(([, is]) => is !== 'not run').length} of ${rows.length} run, ${days.at(-1) ?? 'never'}.`,
    '',
  ].join('\n');
}

/** Servers with which it came out alike; one with which it did not is said as such. */
function alsoWith({ name, is }: Topology, results: Results): string {
  return others
    .flatMap(({ called, ...server }) => {
      const found = results[`${name} ${keyOf(server)}`];
      if (found === undefined) return [];
      return found.is === is ? [called] : [`**not ${called}**: ${found.note}`];
    })
    .join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** The page with a fresh table between the marks. @throws Error when the marks are missing or out of order */
export function withTopologies(text: string, topologies: readonly Topology[], results: Results): string {
  return betweenMarks(text, 'topologies', topologiesMarkdown(topologies, results));
}
