// What --help knows of the commands, as data: the man page and the shells' completions are made of it.
import { Cli } from 'clipanion';
import { commands } from '../src/cli.ts';
import type { Context } from '../src/context/Context.ts';
import { entryNames } from '../src/entryNames.ts';

export interface CommandOption {
  /** With their dashes, for instance `-c` and `--conf`. */
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly description: string;
}

export interface CommandFacts {
  /** What follows `mha-helper`, for instance `monitor run`. */
  readonly words: readonly string[];
  /** With arguments and options, for instance `mha-helper config [host]`. */
  readonly synopsis: string;
  readonly category: string;
  /** One line, lower case, no period. */
  readonly description: string;
  /** Paragraphs of one line each. */
  readonly details: readonly string[];
  readonly options: readonly CommandOption[];
  readonly examples: readonly { readonly title: string; readonly line: string }[];
}

/** Options that every command has; cli.ts answers them. */
export const commonOptions: readonly CommandOption[] = [
  { names: ['-h', '--help'], takesValue: false, description: 'show what it does and its options' },
  { names: ['--version'], takesValue: false, description: 'show the version' },
];

const classes = await Promise.all(commands.map(({ load }) => load()));

/**
 * Every command, in the order of cli.ts. Spellings of one command that have paths of their own come one after the
 * other.
 */
export function commandTable(): readonly CommandFacts[] {
  const cli = Cli.from<Context>([...classes], { binaryLabel: 'mha-helper', binaryName: 'mha-helper' });
  // One for each command that has a usage, in the order of registration.
  const definitions = cli.definitions({ colored: false });
  if (definitions.length !== classes.length) throw new Error('a command has no usage, or is hidden');
  return classes.flatMap((command, place) =>
    (command.paths ?? []).map((words, index) => {
      const definition = definitions[place];
      if (definition === undefined) throw new Error(`the command ${words.join(' ')} has no usage`);
      const synopsis = cli
        .usage(command, { colored: false, detailed: false })
        .trim()
        .replace(/^\$ /, '')
        .replace(/ #\d+/g, ' VALUE');
      const main = command.paths?.[0]?.join(' ') ?? '';
      return {
        words,
        synopsis: index === 0 ? synopsis : synopsis.replace(`mha-helper ${main}`, `mha-helper ${words.join(' ')}`),
        category: definition.category?.trim() ?? '',
        description: definition.description?.trim() ?? '',
        details: (definition.details ?? '')
          .trim()
          .split(/\n\s*\n/)
          .map(oneLine)
          .filter((paragraph) => paragraph !== ''),
        options: definition.options.map(({ definition: spelling, description = '' }) => ({
          names: spelling.replace(/ #\d+/g, '').split(','),
          takesValue: spelling.includes(' #'),
          description: oneLine(description),
        })),
        examples: (definition.examples ?? []).map(([title, line]) => ({ title: oneLine(title), line: oneLine(line) })),
      };
    }),
  );
}

/** The monitor is supervised by systemd: what that needs is packaged only where the command exists. */
export function hasMonitor(): boolean {
  return commandTable().some(({ words }) => words[0] === 'monitor' && words[1] === 'run');
}

/** The symlinks whose command takes options that a person would type. */
export function typedEntryNames(): typeof entryNames {
  const table = commandTable();
  // Of `failover --online` the command is what comes before the option.
  const plain = (words: readonly string[]): readonly string[] => words.filter((word) => !word.startsWith('-'));
  return entryNames.filter(({ words }) =>
    table.some((facts) => facts.options.length > 0 && plain(words).every((word, index) => word === facts.words[index])),
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
