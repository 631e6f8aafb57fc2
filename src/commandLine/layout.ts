// Text within 80 columns.

const width = 80;
/** Names longer than this have their text on the next line. */
const longestName = 28;

/** Between blanks; a word that is too long has a line of its own. */
export function wrapped(text: string, indent = 0, hanging = indent): string {
  return inLines(text.split(' '), indent, hanging, '');
}

/** A usage: no bracket is cut. */
export function wrappedUsage(synopsis: string): string {
  return inLines(synopsis.match(/(?:\[[^\]]*\]|\([^)]*\)|[^\s])+/g) ?? [], 2, 6, '');
}

/** A command line that can be copied as it stands. */
export function wrappedCommand(line: string): string {
  return inLines(line.match(/(?:"[^"]*"|'[^']*'|[^\s])+/g) ?? [], 2, 4, ' \\');
}

/** Names on the left, their texts on the right. */
export function columns(rows: readonly (readonly [name: string, text: string])[]): string {
  const left = Math.min(longestName, Math.max(0, ...rows.map(([name]) => name.length))) + 4;
  return rows
    .map(([name, text]) => {
      const right = wrapped(text, left);
      return name.length + 4 > left ? `  ${name}\n${right}` : `  ${name}`.padEnd(left) + right.slice(left);
    })
    .join('\n');
}

function inLines(words: readonly string[], indent: number, hanging: number, goesOn: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const start = ' '.repeat(lines.length === 0 ? indent : hanging);
    if (line === '') line = start + word;
    else if (line.length + 1 + word.length + goesOn.length <= width) line = `${line} ${word}`;
    else {
      lines.push(line + goesOn);
      line = ' '.repeat(hanging) + word;
    }
  }
  return [...lines, line].join('\n');
}
