// The reference of the options, from the one table: Markdown for the README, roff for the man page.
//   node build/configReference.ts README.md           rewrites what stands between the two marks
//   node build/configReference.ts README.md --check   fails when that is out of date
import { readFileSync, writeFileSync } from 'node:fs';
import { options, optionTypes } from '../src/config/options.ts';
import { showValue } from '../src/config/showValue.ts';
import { optionNames } from '../src/config/validate.ts';
import { betweenMarks } from './betweenMarks.ts';

interface Row {
  readonly name: string;
  readonly allowed: string;
  /** Empty: not set. */
  readonly fallback: string;
  readonly perHost: boolean;
  readonly help: string;
}

function rows(): readonly Row[] {
  return optionNames.map((name) => {
    const { type, default: fallback, perHost, help } = options[name];
    return { name, allowed: optionTypes[type].allowed, fallback: showValue(name, fallback), perHost, help };
  });
}

/** A Markdown table of all options, ending with a newline. */
export function optionsMarkdown(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const lines = rows().map(({ name, allowed, fallback, perHost, help }) =>
    `| \`${name}\` | ${cell(allowed)} | ${fallback === '' ? '' : `\`${fallback}\``} | ${perHost ? 'yes' : 'no'} | ${cell(help)} |`);
  return ['| option | allowed values | default | per host | what it does |', '| --- | --- | --- | --- | --- |', ...lines, ''].join('\n');
}

/** The options as tagged paragraphs of a man page, ending with a newline. */
export function optionsRoff(): string {
  return rows().map(({ name, allowed, fallback, perHost, help }) => {
    const facts = `Allowed: ${allowed}. Default: ${fallback === '' ? 'not set' : fallback}.${perHost ? '' : ` Only in [default].`}`;
    return `.TP\n.B ${roff(name)}\n${roff(help)}\n${roff(facts)}\n`;
  }).join('');
}

function roff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^([.'])/, '\\&$1');
}

/** The README with a fresh table between the marks. @throws Error when the marks are missing or out of order */
export function withOptions(readme: string): string {
  return betweenMarks(readme, 'options', optionsMarkdown());
}

function main(args: readonly string[]): number {
  const [path, ...rest] = args.filter((arg) => arg !== '--check');
  if (path === undefined || rest.length > 0) {
    process.stderr.write('usage: configReference.ts README.md [--check]\n');
    return 2;
  }
  const before = readFileSync(path, 'utf8');
  const after = withOptions(before);
  if (after === before) return 0;
  if (args.includes('--check')) {
    process.stderr.write(`${path}: the table of options is out of date; run build/configReference.ts ${path}\n`);
    return 1;
  }
  writeFileSync(path, after);
  return 0;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
