// How an option of a command is written in the manual and the reference.
import type { CommandOption } from './commandTable.ts';

/** For instance `-c, --conf VALUE`. */
export function optionSpelling({ names, takesValue }: CommandOption): { names: string; value: string } {
  return { names: names.join(', '), value: takesValue ? 'VALUE' : '' };
}

/** The first letter large, a full stop at the end. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What stands before an example. */
export function asTitle(text: string): string {
  return text.endsWith('?') ? text : `${text}:`;
}
