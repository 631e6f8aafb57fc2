// Text as Markdown of at most 120 columns.
import { optionNames } from '../../src/config/options.ts';
import { commandTable } from '../commandTable.ts';

const width = 120;

/** Words, to lines of at most 120 columns; what stands between backticks stays on one line. */
export function wrapped(text: string, first = '', rest = '', columns = width): string {
  const lines: string[] = [];
  let line = first;
  let filled = false;
  for (const word of text.match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
    if (filled && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = rest + word;
    } else {
      line += filled ? ` ${word}` : word;
    }
    filled = true;
  }
  return [...lines, line].join('\n');
}

/** A command line for a shell, over several lines where it is long. */
export function shellLine(line: string, columns = width): string {
  return wrapped(line, '', '    ', columns - ' \\'.length).replaceAll('\n', ' \\\n');
}

/** A paragraph, with the code in it marked. */
export function paragraph(text: string): string {
  return wrapped(marked(text));
}

export function listItem(text: string): string {
  return wrapped(marked(text), '- ', '  ');
}

/** @throws Error for a row that is too wide: its text belongs into paragraphs */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, headings.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const wide = lines.find((line) => line.length > width);
  if (wide !== undefined) throw new Error(`this row has more than ${width} columns: ${wide}`);
  return lines.join('\n');
}

/** The text of a cell or a paragraph; the names of options, variables, files and commands in it become code. */
export function marked(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : plain(part)))
    .join('');
}

export function code(text: string): string {
  return `\`${text}\``;
}

const longestFirst = (words: readonly string[]): string => [...words].sort((a, b) => b.length - a.length).join('|');

const names = [
  // An option with its value, or by its name.
  `(?:${longestFirst(optionNames)})(?: = [a-z][\\w-]*)?`,
  'MHA_HELPER_[A-Z_]+(?:=\\d)?',
  '(?:AWS|OS)_[A-Z_*]+',
  `mha-helper (?:${longestFirst(commandTable().map(({ words }) => words.join(' ')))})(?: --[a-z-]+)*`,
  'masterha_[a-z_]+',
  '--?[a-z][a-z-]*(?:[ =](?:FILE|HOST|DIRECTORY|SECONDS|VALUE))?',
  '~?(?:/[\\w.*@-]*\\w[\\w*@-]*)+',
  '\\*\\.[a-z]+',
  '\\.failover\\.[a-z]+',
  'LEFT TO DO',
];
const codeWords = new RegExp(`(?<![\\w./-])(?:${names.join('|')})(?![\\w/-])`, 'g');

function plain(text: string): string {
  let result = '';
  let done = 0;
  for (const match of text.matchAll(codeWords)) {
    result += escaped(text.slice(done, match.index)) + code(match[0]);
    done = match.index + match[0].length;
  }
  return result + escaped(text.slice(done));
}

function escaped(text: string): string {
  return text.replace(/[*|]/g, '\\$&').replaceAll('<', '&lt;');
}
