// The pages that a person reads.
import { fail } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../build/paths.ts';
import { readMarkdown, type Markdown } from './markdown.ts';

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly markdown: Markdown;
}

/** README.md, CONTRIBUTING.md, SECURITY.md, CHANGELOG.md where they are, and all of docs/. */
export function documentPages(): readonly Page[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const above = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
  return [...above.filter((name) => existsSync(join(root, name))), ...inDocs.sort()].map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, markdown: readMarkdown(text) };
  });
}

/** The first group of the pattern, in the first page that has it: what a test takes from the documents to try it. */
export function documentedText(pattern: RegExp): string {
  const found = documentPages().map(({ text }) => pattern.exec(text)?.[1]);
  return found.find((text) => text !== undefined) ?? fail(`no page has ${pattern.source}`);
}

/** The code block that has this text in it. */
export function documentedBlock(part: string): string {
  const blocks = documentPages().flatMap(({ markdown }) => markdown.blocks.map(({ lines }) => lines.join('\n')));
  return blocks.find((text) => text.includes(part)) ?? fail(`no page has a code block with ${part}`);
}
