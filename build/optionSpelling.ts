// How an option of a command is written in the manual and the reference.
import { optionSpelling, type CommandOption } from './commandTable.ts';

/** In two parts, for instance `-c, --conf` and `FILE`; a value that may be left out stands in brackets. */
export function spellingParts(option: CommandOption): { names: string; value: string } {
  const names = option.names.join(', ');
  return { names, value: optionSpelling(option).slice(names.length).trim() };
}

/** The first letter large, a full stop at the end. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What stands before an example. */
export function asTitle(text: string): string {
  return text.endsWith('?') ? text : `${text}:`;
}
