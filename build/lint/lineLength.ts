// The rule that no line is longer than 120 columns, whatever the language. A text is cut in two rather than left long;
// only what cannot be cut may stand on a line of its own.
import type { Finding, SourceTree } from './sourceTree.ts';

const mostColumns = 120;
const tabColumns = 8;
/** What begins a comment, and the quotes and the punctuation around a text. */
const around = /^\s*(?:(?:\/\/|\/\*\*?|\*|#+|--|;)\s+)?['"`(<]?|['"`)>,;+.\s]*$/g;
/** A URL, or a long run of the letters that keys and hashes are written in. */
const cannotBeCut = /^(?:https?:\/\/\S+|[A-Za-z0-9+/=_-]{64,})$/;

export function lineLength(tree: SourceTree): readonly Finding[] {
  return [...tree].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const columns = columnsOf(line);
      if (columns <= mostColumns || cannotBeCut.test(line.replace(around, ''))) return [];
      return [{ path, line: index + 1, message: `${columns} columns, and ${mostColumns} are the limit` }];
    }),
  );
}

function columnsOf(line: string): number {
  let columns = 0;
  for (const character of line) columns += character === '\t' ? tabColumns - (columns % tabColumns) : 1;
  return columns;
}
