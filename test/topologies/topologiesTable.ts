// The topologies as Markdown, and their place in docs/mha/topologies.md.
import { betweenMarks } from '../../build/betweenMarks.ts';
import type { Topology } from './Topology.ts';

export interface Result {
  readonly is: 'works' | 'refused' | 'wrong';
  readonly note: string;
  readonly on: string;
}

export type Results = Readonly<Record<string, Result>>;

const words = { works: 'works', refused: 'refused', wrong: '**wrong**' } as const;

export function topologiesMarkdown(topologies: readonly Topology[], results: Results): string {
  const rows = topologies.map(({ name, what, gtid }) => {
    const found = results[name];
    const shown = gtid === true ? `${what} (GTID)` : what;
    return found === undefined ? [shown, 'not run', ''] : [shown, words[found.is], found.note];
  });
  const days = [...new Set(Object.values(results).map(({ on }) => on))].sort();
  return [
    ...[['topology', '', ''], ['---', '---', '---'], ...rows].map((columns) => `| ${columns.map(cell).join(' | ')} |`),
    '',
    `${rows.filter(([, is]) => is !== 'not run').length} of ${rows.length} run, ${days.at(-1) ?? 'never'}.`,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** The page with a fresh table between the marks. @throws Error when the marks are missing or out of order */
export function withTopologies(text: string, topologies: readonly Topology[], results: Results): string {
  return betweenMarks(text, 'topologies', topologiesMarkdown(topologies, results));
}
