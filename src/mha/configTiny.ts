// Reads a file as Perl's Config::Tiny 2.28 does, which MHA reads its configuration with, and tells what would stop it
// there.
import { sizeProblem, type Problem } from '../config/problems.ts';

export interface Parameter {
  readonly value: string;
  readonly line: number;
}

export interface Block {
  readonly name: string;
  readonly line: number;
  readonly parameters: ReadonlyMap<string, Parameter>;
}

interface OpenBlock extends Block {
  readonly parameters: Map<string, Parameter>;
}

export interface TinyFile {
  readonly blocks: ReadonlyMap<string, Block>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** @param line without its end */
function withoutComment(line: string): string {
  return line.replace(/[ \t\f\v];[ \t\f\v].+$/s, '');
}

/** The block that a line of the file begins, its end and a comment left out; null: none. */
export function blockBegunBy(line: string): string | null {
  return headerOf(withoutComment(line.replace(/[\r\n]+$/, '')));
}

/** A `#` inside a value is part of it; ` ; ` with white space on both sides starts a comment. Names keep their case. */
export function parseConfigTiny(text: string): TinyFile {
  const blocks = new Map<string, OpenBlock>();
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  let current: OpenBlock | undefined;
  const tooLarge = sizeProblem(text);
  if (tooLarge !== null) return { blocks, problems: [{ text: tooLarge }], warnings };
  for (const [index, raw] of text.split(/\r{1,2}\n|\r|\n/).entries()) {
    const line = index + 1;
    if (/^[ \t\f\v]*(?:[#;]|$)/.test(raw)) continue;
    const content = withoutComment(raw);
    const header = headerOf(content);
    const assignment = assignmentOf(content);
    if (content.startsWith('\uFEFF'))
      problems.push({ line, text: 'the file begins with a byte order mark, which MHA cannot read; save it without' });
    else if (content.includes('\u0000'))
      problems.push({ line, text: 'there is a NUL character in the line; is this a text file?' });
    else if (header !== null) {
      const name = header;
      const known = blocks.get(name);
      if (known !== undefined)
        warnings.push({
          line,
          text:
            `[${name}] stands in line ${known.line} already: MHA reads both as one block, and the later value ` +
            'counts',
        });
      current = known ?? { name, line, parameters: new Map() };
      blocks.set(name, current);
    } else if (assignment === null)
      problems.push({ line, text: 'the line is neither [block] nor parameter=value nor a comment' });
    else if (current === undefined)
      problems.push({
        line,
        text: `${assignment.name} stands before any block; is [server default] missing above it?`,
      });
    else {
      const { name, value } = assignment;
      const known = current.parameters.get(name);
      if (known !== undefined)
        warnings.push({
          line,
          text: `[${current.name}] ${name} is set in line ${known.line} already: the later value counts`,
        });
      if (content.includes('\uFFFD'))
        warnings.push({
          line,
          text: `[${current.name}] the value of ${name} is not valid UTF-8: it may be read otherwise than MHA reads it`,
        });
      current.parameters.set(name, { value, line });
    }
  }
  return { blocks, problems, warnings };
}

// By hand, not by the expressions of Config::Tiny: on a line of blanks those would look for minutes.

/** `[name]`, with blanks around it and within. */
function headerOf(content: string): string | null {
  const text = withoutBlanks(content);
  return text.length > 2 && text.startsWith('[') && text.endsWith(']') ? inner(text.slice(1, -1)) : null;
}

/** `name=value`, with blanks around both. */
function assignmentOf(content: string): { readonly name: string; readonly value: string } | null {
  const at = content.indexOf('=');
  return at < 1 ? null : { name: inner(content.slice(0, at)), value: withoutBlanks(content.slice(at + 1)) };
}

/** A name has a character, and be it a blank. */
function inner(text: string): string {
  return withoutBlanks(text) || text.slice(-1);
}

const blanks = ' \t\f\v';

function withoutBlanks(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && blanks.includes(text.charAt(from))) from += 1;
  while (to > from && blanks.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}
