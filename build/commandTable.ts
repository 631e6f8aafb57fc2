// What --help knows of the commands, as data: the man page and the shells' completions are made of it.
import { commands } from '../src/cli.ts';
import { factsOf, type CommandFacts } from '../src/commandLine/commandFacts.ts';
import { entryNames } from '../src/entryNames.ts';

export { commonOptions, optionSpelling } from '../src/commandLine/commandFacts.ts';
export type { CommandFacts, CommandOption } from '../src/commandLine/commandFacts.ts';

const table = (await Promise.all(commands.map(({ load }) => load()))).map(factsOf);

/** Every command, in the order of commandList.ts. */
export function commandTable(): readonly CommandFacts[] {
  return table;
}

/** The monitor is supervised by systemd: what that needs is packaged only where the command exists. */
export function hasMonitor(): boolean {
  return table.some(({ words }) => words[0] === 'monitor' && words[1] === 'run');
}

/** The symlinks whose command takes options that a person would type. */
export function typedEntryNames(): typeof entryNames {
  // Of `failover --online` the command is what comes before the option.
  const plain = (words: readonly string[]): readonly string[] => words.filter((word) => !word.startsWith('-'));
  return entryNames.filter(({ words }) =>
    table.some((facts) => facts.options.length > 0 && plain(words).every((word, index) => word === facts.words[index])),
  );
}
