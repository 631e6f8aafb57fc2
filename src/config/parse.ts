// Reads the dialect of Python 2's RawConfigParser, in which the files of mha_helper's users are written. The `ini`
// package splits section names at dots ([db1.example.com] is one host), knows no `:` delimiter, strips `#...` from
// values and gives no line numbers.
//
// Where Python would do harm in silence we differ: [default] and [DEFAULT] are one section; an indented comment is a
// comment and not part of the value before it; ` ;` starts a comment wherever it stands in a value.
import type { Problem } from './problems.ts';
import { isSecret } from './showValue.ts';

export interface ParsedOption {
  readonly value: string;
  readonly line: number;
}

export interface ParsedSection {
  /** As written; `default` for the section of defaults. */
  readonly name: string;
  /** Where it stands first. */
  readonly line: number;
  /** Names are in lower case. */
  readonly options: ReadonlyMap<string, ParsedOption>;
}

export interface ParsedFile {
  readonly sections: ReadonlyMap<string, ParsedSection>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

interface OpenOption {
  readonly line: number;
  value: string;
}

interface OpenSection {
  readonly name: string;
  readonly writtenAs: string;
  readonly line: number;
  readonly options: Map<string, OpenOption>;
}

/** Name of the section that holds for every host. */
export const defaultSection = 'default';

/** Parses to the end of the text, whatever is wrong in it; `problems` tells, and `sections` is what could be read. */
export function parseConfig(text: string): ParsedFile {
  const parser = new Parser();
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((raw, index) => {
      parser.read(raw, index + 1);
    });
  return parser;
}

class Parser implements ParsedFile {
  readonly sections = new Map<string, OpenSection>();
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  private section: OpenSection | undefined;
  private option: OpenOption | undefined;
  private optionName = '';

  read(raw: string, line: number): void {
    const content = raw.trim();
    const header = /^\[([^\]]+)\](.*)$/.exec(raw);
    const assignment = /^([^:=\s[][^:=]*)[:=](.*)$/.exec(raw);
    const isComment = /^[#;]/.test(content) || /^rem(?:\s|$)/i.test(raw);
    const bad = unreadable(raw);
    // Nobody reads a comment: what stands there keeps no hook from working.
    const isRead = !isComment && unreadable(raw.slice(0, commentAt(raw))) !== undefined;
    if (bad !== undefined) (isRead ? this.problems : this.warnings).push({ line, text: bad });
    if (isRead || isComment || content === '') return;
    if (/^\s/.test(raw)) this.readContinuation(content, line);
    else if (header !== null) this.readHeader((header[1] ?? '').trim(), (header[2] ?? '').trim(), line);
    else if (assignment === null)
      this.problems.push({ line, text: `'${shown(content)}' is neither [HOST] nor option = value nor a comment` });
    else if (this.section === undefined) {
      this.optionName = (assignment[1] ?? '').trim().toLowerCase();
      this.problems.push({
        line,
        text: `'${shown(content)}' stands before any section; is [${defaultSection}] missing above it?`,
      });
    } else this.readOption(this.section, (assignment[1] ?? '').trim().toLowerCase(), assignment[2] ?? '', line);
  }

  private readHeader(writtenAs: string, rest: string, line: number): void {
    const name = writtenAs.toLowerCase() === defaultSection ? defaultSection : writtenAs;
    const known = this.sections.get(name);
    if (known !== undefined) {
      const also = known.writtenAs === writtenAs ? '' : ` as [${known.writtenAs}]`;
      this.warnings.push({
        line,
        text:
          `[${writtenAs}] stands in line ${known.line} already${also}: both are read as one section, and the ` +
          'later value counts',
      });
    }
    if (rest !== '' && !/^[#;]/.test(rest))
      this.warnings.push({ line, text: `'${rest}' after [${writtenAs}] is ignored` });
    this.section = known ?? { name, writtenAs, line, options: new Map() };
    this.sections.set(name, this.section);
    this.option = undefined;
  }

  private readOption(section: OpenSection, name: string, rest: string, line: number): void {
    const known = section.options.get(name);
    if (known !== undefined) {
      this.warnings.push({
        line,
        text: `[${section.writtenAs}] ${name} is set in line ${known.line} already: the later value counts`,
      });
    }
    this.optionName = name;
    this.option = { line, value: this.withoutComment(rest, line) };
    section.options.set(name, this.option);
  }

  private readContinuation(content: string, line: number): void {
    const what = isHidden(this.optionName) ? 'the line' : `'${shown(content)}'`;
    if (this.option === undefined) {
      this.problems.push({
        line,
        text:
          `${what} begins with white space, which continues a value, but no option stands before it; remove ` +
          'the white space',
      });
      return;
    }
    if (/^(?:\[[^\]]+\]|[A-Za-z_]+\s*[=:])/.test(content)) {
      this.warnings.push({
        line,
        text:
          `${what} begins with white space, so it continues the value of ${this.optionName}; remove the white ` +
          'space if it is a line of its own',
      });
    }
    this.option.value += `\n${this.withoutComment(content, line)}`;
  }

  private withoutComment(rest: string, line: number): string {
    const comment = rest.search(commentInValue);
    const value = rest.slice(0, commentAt(rest)).trim();
    if (comment !== -1 && this.optionName.endsWith('_command')) {
      // A shell would begin another command there.
      this.warnings.push({
        line,
        text:
          `what follows ' ;' is a comment and no part of ${this.optionName}, which is read as "${value}"; in a ` +
          "command line write ';' without a space before it",
      });
    } else if (comment !== -1 && [`'`, '"'].some((quote) => value.split(quote).length % 2 === 0)) {
      this.warnings.push({
        line,
        text:
          "what follows ' ;' is a comment, but a quote is open before it; the value read is " +
          `${isHidden(this.optionName) ? 'not shown' : value}`,
      });
    }
    return value === '""' ? '' : value;
  }
}

const commentInValue = /\s;/;

/** Where a comment behind a value begins, or the end. */
function commentAt(text: string): number {
  const at = text.search(commentInValue);
  return at === -1 ? text.length : at;
}

function unreadable(raw: string): string | undefined {
  if (raw.includes('\u0000')) return 'there is a NUL character in the line; is this a text file?';
  if (raw.includes('\uFFFD')) return 'the line is not valid UTF-8';
  if (/[\u0001-\u0008\u000B-\u001F\u007F]/.test(raw)) return 'there is a control character in the line';
  return undefined;
}

// A line in a message; behind the name of a secret, whatever is wrong there, nothing of it.
function shown(content: string): string {
  const name = /^\w+/.exec(content)?.[0] ?? '';
  return isHidden(name.toLowerCase()) ? `${name} ...` : content;
}

// A misspelt password is one too.
function isHidden(name: string): boolean {
  return isSecret(name) || /pass?w/.test(name);
}
