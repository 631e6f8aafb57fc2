// The matrix as Markdown, and its place in docs/figures.md.
import { betweenMarks } from '../../build/betweenMarks.ts';
import { cells } from './cells.ts';
import type { CellResult, Results, TrialResult } from './results.ts';
import { trialNames, type TrialName } from './trialNames.ts';

const titles: Readonly<Record<TrialName, string>> = {
  checks: '`check_ssh`, `check_repl`',
  planned: 'planned switch',
  back: 'and back',
  alive: '`kill -9` of mysqld',
  gone: 'host gone',
  twice: 'two failovers in a row, monitor',
};

/** A row for each cell, then for each that does not work the reason; ends with a newline. */
export function matrixMarkdown(results: Results): string {
  const notes: string[] = [];
  const rows = cells.map(({ name, gtid }) => {
    const found = results[name];
    if (found === undefined) return row([`\`${name}\``, ...trialNames.map(() => 'not run')]);
    return row([
      `${found.server}, ${gtid ? 'GTID' : 'file and position'}`,
      ...trialNames.map((trial) => shown(found.trials[trial], (why) => noted(notes, why))),
    ]);
  });
  const head = ['server', ...trialNames.map((trial) => titles[trial])];
  return [
    row(head),
    row(head.map(() => '---')),
    ...rows,
    '',
    ...notes.map((why, index) => `${index + 1}. ${why}`),
    ...(notes.length > 0 ? [''] : []),
    `${total(Object.values(results))}`,
    '',
  ].join('\n');
}

function noted(notes: string[], why: string): number {
  if (!notes.includes(why)) notes.push(why);
  return notes.indexOf(why) + 1;
}

function shown(result: TrialResult | undefined, note: (why: string) => number): string {
  if (result === undefined) return 'not run';
  if (!result.works) return `**does not** (${note(result.why)})`;
  if (result.outagesSeconds.length === 0) return 'works';
  const outages = result.outagesSeconds.map((seconds) => `${seconds.toFixed(2)} s`).join(' and ');
  const lost = `${result.lost} of ${result.acknowledged} lost`;
  return `${outages}; ` + (result.lost === 0 ? lost : `**${lost}**`);
}

function row(columns: readonly string[]): string {
  return `| ${columns.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
}

function total(found: readonly CellResult[]): string {
  const seconds = found.reduce((sum, one) => sum + one.seconds, 0);
  const days = [...new Set(found.map(({ on }) => on))].sort();
  const when = days.length > 1 ? `${days[0]} to ${days.at(-1)}` : (days[0] ?? 'never');
  return `${found.length} of ${cells.length} cells run, ${Math.round(seconds / 60)} minutes together, ${when}.`;
}

/** The page with a fresh table between the marks. @throws Error when the marks are missing or out of order */
export function withMatrix(readme: string, results: Results): string {
  return betweenMarks(readme, 'matrix', matrixMarkdown(results));
}
