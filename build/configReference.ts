// The reference of the options, from the one table: Markdown for the README, roff for the man page.
//   node build/configReference.ts README.md           rewrites what stands between the two marks
//   node build/configReference.ts README.md --check   fails when that is out of date
import { readFileSync, writeFileSync } from 'node:fs';
import { optionNames, options, type OptionName } from '../src/config/options.ts';
import { optionTypes } from '../src/config/optionTypes.ts';
import { showValue } from '../src/config/showValue.ts';
import { betweenMarks } from './betweenMarks.ts';

interface Row {
  readonly name: string;
  readonly allowed: string;
  /** Empty: not set. */
  readonly fallback: string;
  readonly perHost: boolean;
  readonly help: string;
}

/** The options for everybody, then those of each provider. */
function groups(): readonly { readonly title: string | null; readonly rows: readonly Row[] }[] {
  const providers = new Set(optionNames.map((name) => options[name].provider));
  return [...providers].map((provider) => ({
    title: provider === undefined ? null : `Only with vip_type = ${provider}`,
    rows: rows(optionNames.filter((name) => options[name].provider === provider)),
  }));
}

function rows(names: readonly OptionName[]): readonly Row[] {
  return names.map((name) => {
    const { type, default: fallback, perHost, help } = options[name];
    return { name, allowed: optionTypes[type].allowed, fallback: showValue(name, fallback), perHost, help };
  });
}

/** Markdown tables of all options, one for all and one a provider, ending with a newline. */
export function optionsMarkdown(): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const code = (text: string): string => `\`${text}\``;
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const line = ({ name, allowed, fallback, perHost, help }: Row): string =>
    row([code(name), cell(allowed), fallback === '' ? '' : code(fallback), perHost ? 'yes' : 'no', cell(help)]);
  return groups()
    .flatMap(({ title, rows: own }) => [
      ...(title === null ? [] : ['', `${title}:`, '']),
      '| option | allowed values | default | per host | what it does |',
      '| --- | --- | --- | --- | --- |',
      ...own.map(line),
    ])
    .concat('')
    .join('\n');
}

/** The options as tagged paragraphs of a man page, ending with a newline. */
export function optionsRoff(): string {
  const paragraph = ({ name, allowed, fallback, perHost, help }: Row): string => {
    const place = perHost ? '' : ' Only in [default].';
    const facts = `Allowed: ${allowed}. Default: ${fallback === '' ? 'not set' : fallback}.${place}`;
    return `.TP\n.B ${roff(name)}\n${roff(help)}\n${roff(facts)}\n`;
  };
  return groups()
    .map(({ title, rows: own }) =>
      [...(title === null ? [] : [`.SS ${roff(title)}\n`]), ...own.map(paragraph)].join(''),
    )
    .join('');
}

function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');
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
