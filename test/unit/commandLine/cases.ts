import { factsOf, type CommandFacts } from '../../../src/commandLine/commandFacts.ts';
import { commands } from '../../../src/commandLine/commandList.ts';

const loaded = await Promise.all(commands.map(({ load }) => load()));

export const table: readonly CommandFacts[] = loaded.map(factsOf);

/** The facts of one command. */
export function facts(path: string): CommandFacts {
  const found = table.find(({ words }) => words.join(' ') === path);
  if (found === undefined) throw new Error(`there is no command ${path}`);
  return found;
}
