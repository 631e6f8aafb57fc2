// What help and --help print, within 80 columns.
import { commonOptions, optionSpelling, type CommandFacts } from './commandFacts.ts';
import { columns, wrapped, wrappedCommand, wrappedUsage } from './layout.ts';

export interface Look {
  readonly version: string;
  readonly colored: boolean;
}

/** The hooks are for MHA to call: they come last. */
const hooks = 'Hooks that MHA calls';
const categories = ['For operators', 'Keeping MHA running', hooks];

/** All commands, each with its line. */
export function overview(table: readonly CommandFacts[], look: Look): string {
  const groups = Map.groupBy(table, ({ category }) => category);
  const ordered = [...new Set([...categories, ...groups.keys()])];
  return text([
    ...introduction(look),
    ...ordered.flatMap((category) => section(category, rowsOf(groups.get(category) ?? []), look)),
    'mha-helper COMMAND --help shows the options of a command, and examples.',
  ]);
}

/** For somebody who gives no command: one line for each first word. */
export function shortHelp(table: readonly CommandFacts[], look: Look): string {
  const forPeople = Map.groupBy(
    table.filter(({ category }) => category !== hooks),
    ({ words }) => words[0] ?? '',
  );
  return text([
    ...introduction(look),
    columns([...forPeople].map(([word, group]) => [word, shortDescription(group)])),
    'mha-helper help lists all commands, mha-helper COMMAND --help shows one of them.',
  ]);
}

/** One command. @param others of its group, whose usage is shown too */
export function commandHelp(facts: CommandFacts, others: readonly CommandFacts[], look: Look): string {
  const { description, details, options, examples } = facts;
  const spelled = [...options, ...commonOptions].map((option) => [optionSpelling(option), option.description] as const);
  return text([
    wrapped(plain(sentence(description))),
    `${heading('Usage', look)}\n${[facts, ...others].map(({ synopsis }) => wrappedUsage(synopsis)).join('\n')}`,
    ...section('Options', spelled, look),
    ...details.map((paragraph) => wrapped(plain(paragraph))),
    ...(examples.length === 0 ? [] : [heading('Examples', look)]),
    ...examples.map(({ title, line }) => `${wrapped(titled(title))}\n${wrappedCommand(line)}`),
  ]);
}

/** The commands that begin with one word. */
export function groupHelp(group: readonly CommandFacts[], look: Look): string {
  const word = group[0]?.words[0] ?? '';
  return text([
    heading(`mha-helper ${word}`, look),
    ...group.map(({ synopsis, description }) => `${wrappedUsage(synopsis)}\n${wrapped(sentence(description), 6)}`),
    `mha-helper ${word} COMMAND --help shows the options, and examples.`,
  ]);
}

function introduction({ version }: Look): readonly string[] {
  return [`mha-helper ${version}: hooks and commands around MHA for MySQL`, 'Usage: mha-helper COMMAND [ARGUMENT...]'];
}

function rowsOf(facts: readonly CommandFacts[]): readonly (readonly [string, string])[] {
  return facts.map(({ words, description }) => [words.join(' '), description]);
}

/** A group without a command of its own name is told by its words. */
function shortDescription(group: readonly CommandFacts[]): string {
  const own = group.find(({ words }) => words.length === 1);
  return own?.description ?? group.map(({ words }) => words.slice(1).join(' ')).join(', ');
}

function section(title: string, rows: readonly (readonly [string, string])[], look: Look): readonly string[] {
  return rows.length === 0 ? [] : [`${heading(title, look)}\n${columns(rows)}`];
}

function heading(title: string, { colored }: Look): string {
  return colored ? `\u001b[1m${title}\u001b[22m` : title;
}

function sentence(description: string): string {
  return `${description.charAt(0).toUpperCase()}${description.slice(1)}.`;
}

function titled(title: string): string {
  return title.endsWith('?') ? title : `${title}:`;
}

/** Backquotes are for the manual. */
function plain(paragraph: string): string {
  return paragraph.replaceAll('`', '');
}

function text(paragraphs: readonly string[]): string {
  return `${paragraphs.join('\n\n')}\n`;
}
