// What a command says of itself, as data: --help, the usage errors, the manual and the completion are made of it.
import { Cli, type CommandClass } from 'clipanion';
import type { OwnArguments } from '../commands/ownArguments.ts';
import type { Context } from '../context/Context.ts';
import { valueNames } from './valueNames.ts';

export interface CommandOption {
  /** With their dashes, for instance `-c` and `--conf`. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  /** For instance FILE. An option that has one and takes no value may be given one: `--all=DIRECTORY`. */
  readonly valueName?: string;
  readonly required?: boolean;
  readonly description: string;
}

export interface CommandArgument {
  /** For instance HOST. */
  readonly name: string;
  readonly required: boolean;
}

export interface CommandFacts {
  /** What follows `mha-helper`, for instance `monitor run`. */
  readonly words: readonly string[];
  /** With arguments and options, for instance `mha-helper config [HOST]`. */
  readonly synopsis: string;
  readonly category: string;
  /** One line, lower case, no period. */
  readonly description: string;
  /** Paragraphs of one line each. */
  readonly details: readonly string[];
  readonly arguments?: readonly CommandArgument[];
  readonly options: readonly CommandOption[];
  readonly examples: readonly { readonly title: string; readonly line: string }[];
}

/** Options that every command has; cli.ts answers them. */
export const commonOptions: readonly CommandOption[] = [
  { names: ['-h', '--help'], takesValue: false, description: 'show what it does and its options' },
  { names: ['-V', '--version'], takesValue: false, description: 'show the version' },
];

/** @throws Error for a command without a usage */
export function factsOf(command: CommandClass<Context>): CommandFacts {
  const cli = Cli.from<Context>([command], { binaryLabel: 'mha-helper', binaryName: 'mha-helper' });
  const [definition] = cli.definitions({ colored: false });
  const words = command.paths?.[0] ?? [];
  if (definition === undefined) throw new Error(`the command ${words.join(' ')} has no usage`);
  const { ownArguments } = command as { ownArguments?: OwnArguments };
  const given = definition.options.map(({ definition: spelling, description = '', required }) => {
    const names = spelling.replace(/ #\d+/g, '').split(',');
    const takesValue = spelling.includes(' #');
    return { names, takesValue, ...named(names), required, description: oneLine(description) };
  });
  const options = [...given, ...(ownArguments?.options ?? [])];
  const positional = argumentsIn(definition.usage.slice(`mha-helper ${words.join(' ')}`.length));
  const inOrder = [...options.filter(isRequired), ...options.filter((option) => !isRequired(option))];
  const rest = ownArguments?.synopsis ?? [...positional.map(argumentSpelling), ...inOrder.map(inSynopsis)].join(' ');
  return {
    words,
    synopsis: `mha-helper ${words.join(' ')} ${rest}`.trim(),
    category: definition.category?.trim() ?? '',
    description: definition.description?.trim() ?? '',
    details: (definition.details ?? '')
      .trim()
      .split(/\n\s*\n/)
      .map(oneLine)
      .filter((paragraph) => paragraph !== ''),
    arguments: positional,
    options,
    examples: (definition.examples ?? []).map(([title, line]) => ({ title: oneLine(title), line: oneLine(line) })),
  };
}

/** `-c, --conf FILE`. */
export function optionSpelling(option: CommandOption): string {
  return `${option.names.join(', ')}${valueSpelling(option)}`;
}

/** ` FILE`, `[=DIRECTORY]` or nothing. */
function valueSpelling({ takesValue, valueName }: CommandOption): string {
  if (takesValue) return ` ${valueName ?? 'VALUE'}`;
  return valueName === undefined ? '' : `[=${valueName}]`;
}

/** `-c FILE`, or `[--quick]` for one that may be left out. */
function inSynopsis(option: CommandOption): string {
  const text = `${option.names[0] ?? ''}${valueSpelling(option)}`;
  return isRequired(option) ? text : `[${text}]`;
}

function isRequired({ required }: CommandOption): boolean {
  return required === true;
}

function argumentSpelling({ name, required }: CommandArgument): string {
  return required ? name : `[${name}]`;
}

/** clipanion shows them as `<HOST>` or `[HOST]`. */
function argumentsIn(usage: string): readonly CommandArgument[] {
  return [...usage.matchAll(/([<[])([A-Z]+)[>\]]/g)].map(([, bracket, name = '']) => ({
    name,
    required: bracket === '<',
  }));
}

function named(names: readonly string[]): { valueName?: string } {
  const valueName = valueNames[names.at(-1) ?? ''];
  return valueName === undefined ? {} : { valueName };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
