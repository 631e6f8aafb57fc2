// What the tests need of Markdown: code blocks, headings with their anchors, links and code within a text.

export interface CodeBlock {
  readonly kind: 'fence' | 'indented';
  /** First word after the fence, for instance `sh`; empty for an indented block. */
  readonly language: string;
  /** What follows it. */
  readonly info: string;
  readonly lines: readonly string[];
  /** Of its first line of code, counted from 1. */
  readonly line: number;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

export interface CodeSpan {
  readonly code: string;
  readonly line: number;
}

export interface Markdown {
  readonly blocks: readonly CodeBlock[];
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly Link[];
  readonly spans: readonly CodeSpan[];
}

export function readMarkdown(text: string): Markdown {
  const { blocks, rest } = splitCode(text.split('\n'));
  const anchors = new Set<string>();
  for (const line of rest) {
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading !== undefined) anchors.add(freeAnchor(anchorOf(heading), anchors));
    for (const [, name = ''] of line.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name);
  }
  return { blocks, anchors, links: linksOf(rest), spans: spansOf(rest) };
}

/** As GitHub makes it: letters, digits, _ and - stay, blanks become -, the rest goes. */
export function anchorOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]*>/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');
}

function freeAnchor(anchor: string, taken: ReadonlySet<string>): string {
  if (!taken.has(anchor)) return anchor;
  let number = 1;
  while (taken.has(`${anchor}-${number}`)) number += 1;
  return `${anchor}-${number}`;
}

/** Code blocks, and the other lines with empty ones where code was. */
function splitCode(lines: readonly string[]): { blocks: readonly CodeBlock[]; rest: readonly string[] } {
  const blocks: CodeBlock[] = [];
  const rest = [...lines];
  /** Column that the text of the list item around a line begins at. */
  let item = 0;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const block = fenceAt(lines, index) ?? indentedAt(lines, index, item);
    if (block !== undefined) {
      blocks.push(block.code);
      rest.fill('', index, block.end);
      index = block.end - 1;
      continue;
    }
    const marker = /^(\s*(?:[-*+]|\d+[.)])\s+)\S/.exec(line)?.[1];
    if (marker !== undefined) item = marker.length;
    else if (/^\S/.test(line)) item = 0;
  }
  return { blocks, rest };
}

interface Found {
  readonly code: CodeBlock;
  /** The line after it. */
  readonly end: number;
}

function fenceAt(lines: readonly string[], start: number): Found | undefined {
  const [, indent = '', fence = '', language = '', info = ''] =
    /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)\s*([^`]*)$/.exec(lines[start] ?? '') ?? [];
  if (fence === '') return undefined;
  const closes = (line: string): boolean => line.trim().startsWith(fence) && /^[`~]+$/.test(line.trim());
  const length = lines.slice(start + 1).findIndex(closes);
  if (length < 0) throw new Error(`the fence of line ${start + 1} has no end`);
  const inside = lines.slice(start + 1, start + 1 + length);
  const own = new RegExp(`^\\s{0,${indent.length}}`);
  const code = inside.map((line) => line.replace(own, ''));
  return {
    code: { kind: 'fence', language, info: info.trim(), lines: code, line: start + 2 },
    end: start + 2 + length,
  };
}

const looksLikeCall = /^ {4,}(?:\$ )?(?:mha-helper|mha_manager_daemon|mysql_\w*failover|master_\w+) [a-z-]/;

function indentedAt(lines: readonly string[], start: number, item: number): Found | undefined {
  const line = lines[start] ?? '';
  // In a list four columns are not enough to make code of a line; whoever wrote a command there meant it so.
  const indent = ' '.repeat(looksLikeCall.test(line) ? 4 : item + 4);
  if ((lines[start - 1] ?? '').trim() !== '' || !line.startsWith(indent)) return undefined;
  let end = start;
  while (end < lines.length && ((lines[end] ?? '').startsWith(indent) || (lines[end] ?? '').trim() === '')) end += 1;
  while ((lines[end - 1] ?? '').trim() === '') end -= 1;
  const code = lines.slice(start, end).map((line) => line.slice(indent.length));
  return { code: { kind: 'indented', language: '', info: '', lines: code, line: start + 1 }, end };
}

function linksOf(lines: readonly string[]): readonly Link[] {
  return lines.flatMap((line, index) => {
    const text = line.replace(/`[^`]*`/g, (code) => ' '.repeat(code.length));
    const targets = [
      ...[...text.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map(([, target = '']) => target),
      ...[...text.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/g)].map(([, target = '']) => target),
      ...[...text.matchAll(/<(?:img|a)\s[^>]*?(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target),
    ];
    return targets.map((target) => ({ target, line: index + 1 }));
  });
}

function spansOf(lines: readonly string[]): readonly CodeSpan[] {
  return lines.flatMap((line, index) =>
    [...line.matchAll(/(`+)(.+?)\1(?!`)/g)].map(([, , code = '']) => ({ code: code.trim(), line: index + 1 })),
  );
}
