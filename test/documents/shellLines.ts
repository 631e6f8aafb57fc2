// The commands in lines for a shell, as far as documents need it: quotes, comments, continued lines, here-documents,
// pipes and lists. Nothing is expanded.

export interface ShellCommand {
  readonly words: readonly string[];
  /** Counted from 0. */
  readonly line: number;
}

/** In front of a command, and not part of it. */
const prefixes = new Set(['exec', 'time', 'nohup', 'if', 'then', 'else', 'while', 'until', 'do', '!', '{', '(']);

export function shellCommands(lines: readonly string[]): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const start = index;
    let text = (lines[index] ?? '').replace(/^\s*\$ /, '');
    while (/(?:^|[^\\])\\$/.test(text) && index + 1 < lines.length) {
      index += 1;
      text = `${text.slice(0, -1)} ${(lines[index] ?? '').trim()}`;
    }
    const end = /<<-?\s*['"]?(\w+)/.exec(text)?.[1];
    if (end !== undefined) index = endOfText(lines, index, end);
    for (const words of simpleCommands(text)) {
      const own = withoutPrefix(words);
      if (own.length > 0) commands.push({ words: own, line: start });
    }
  }
  return commands;
}

function endOfText(lines: readonly string[], from: number, end: string): number {
  const length = lines.slice(from + 1).findIndex((line) => line.trim() === end);
  return length < 0 ? lines.length : from + 1 + length;
}

const quoted = String.raw`'[^']*'|"(?:\\.|[^"\\])*"`;
/** A blank, a comment that ends the line, an operator, a redirection, or a word. */
const token = new RegExp(
  String.raw`\s+|#.*$|(\|\||&&|;;|[;|&()])|(\d*(?:>>|[<>]+-?|>\|)(?:&\d|&-)?)|` +
    String.raw`((?:\\.|${quoted}|\$\([^)]*\)|[^\s;|&()<>'"\\])+)`,
  'y',
);

function simpleCommands(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  let toFile = false;
  token.lastIndex = 0;
  for (let match = token.exec(line); match !== null && match[0] !== ''; match = token.exec(line)) {
    const [, operator, redirection, word] = match;
    if (operator !== undefined) commands.push([]);
    else if (redirection !== undefined) toFile = !/&[\d-]$/.test(redirection);
    else if (word !== undefined && toFile) toFile = false;
    else if (word !== undefined) commands.at(-1)?.push(unquoted(word));
  }
  return commands;
}

function unquoted(word: string): string {
  return word.replace(/\\(.)|'([^']*)'|"((?:\\.|[^"\\])*)"/g, (_, one?: string, plain?: string, text?: string) => {
    return one ?? plain ?? text ?? '';
  });
}

/** Without variables that are set for it, sudo and its options, and the words of the shell around it. */
function withoutPrefix(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  if (/^\w+=/.test(first) || prefixes.has(first)) return withoutPrefix(rest);
  if (first === 'sudo' || first === 'runuser') return withoutPrefix(afterOptions(rest, ['-u', '-g']));
  if (first === 'watch' || first === 'timeout') return withoutPrefix(afterOptions(rest, ['-n', '-k']));
  return words;
}

function afterOptions(words: readonly string[], valued: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  if (first === '--' || /^\d+s?$/.test(first)) return rest;
  if (!first.startsWith('-')) return words;
  return afterOptions(valued.includes(first) ? rest.slice(1) : rest, valued);
}
