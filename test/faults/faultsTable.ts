// docs/faults.md: the rows as they came out, one table for each server.
import { betweenMarks } from '../../build/betweenMarks.ts';
import type { Results, RowResult } from './results.ts';
import type { Row } from './row.ts';

const head = [
  'row',
  'fault',
  'moment',
  'expected',
  'exit codes seen',
  'two masters / two writable, ms',
  'lost',
  'longest outage, s',
  'verdict',
];

/** @param rows all there are: one that has not been run yet is shown as that */
export function faultsMarkdown(rows: readonly Row[], results: Results): string {
  return Object.keys(results)
    .sort()
    .map((variant) => variantText(variant, rows, results[variant] ?? {}))
    .join('\n');
}

/** The document with fresh tables between the marks. @throws Error when the marks are missing */
export function withTables(document: string, rows: readonly Row[], results: Results): string {
  return betweenMarks(document, 'faults', faultsMarkdown(rows, results));
}

function variantText(variant: string, rows: readonly Row[], results: Readonly<Record<string, RowResult>>): string {
  const found = Object.values(results);
  const wrong = found.filter(({ faults }) => faults.length > 0).length;
  const seconds = found.reduce((sum, one) => sum + one.seconds, 0);
  const masters = found.filter(({ wh2Ms }) => wh2Ms > 0).length;
  const days = [...new Set(found.map(({ on }) => on))].sort();
  const lines = rows
    .filter(({ id }) => results[id] !== undefined)
    .map(({ id }) => line(shown(id, results[id] as RowResult)));
  return [
    `### ${variant}`,
    '',
    `${found.length} rows: ${found.length - wrong} right, ${wrong} wrong; ${masters} with two masters. ` +
      `${Math.round(seconds / 60)} minutes, ${days.length > 1 ? 'between' : 'on'} ${days.join(' and ')}.`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...lines,
    '',
  ].join('\n');
}

function shown(id: string, result: RowResult): string[] {
  const { fault, moment, expected, exits, wh2Ms, w2Ms, lost, acknowledged, clientOutageMs, faults } = result;
  const codes = Object.entries(exits).map(([name, code]) => `\`${name}\` ${code ?? 'runs on'}`);
  return [
    `\`${id}\``,
    fault,
    moment,
    expected,
    codes.join(', ') || '-',
    `${wh2Ms} / ${w2Ms}`,
    lost === null ? '-' : `${lost} of ${acknowledged}`,
    clientOutageMs === null ? 'to the end' : (clientOutageMs / 1000).toFixed(1),
    faults.length === 0 ? 'right' : `**wrong**: ${faults.join('; ')}`,
  ];
}

function line(columns: readonly string[]): string {
  return `| ${columns.map((text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
