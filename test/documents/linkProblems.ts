// Links and paths of a page that lead nowhere.
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from '../../build/paths.ts';
import type { Page } from './pages.ts';

/** One line each, with path and line. Addresses of the web are not asked. */
export function linkProblems(page: Page, pages: readonly Page[]): readonly string[] {
  const links = page.markdown.links.flatMap(({ target, line }) => {
    const why = whyBroken(target, page, pages);
    return why === undefined ? [] : [`${page.path}:${line}: ${target}: ${why}`];
  });
  const paths = page.markdown.spans
    .filter(({ code }) => isPath(code) && !existsSync(join(root, code)))
    .map(({ code, line }) => `${page.path}:${line}: \`${code}\`: there is no such file`);
  return [...links, ...paths];
}

function whyBroken(target: string, page: Page, pages: readonly Page[]): string | undefined {
  if (/^(?:https?|mailto):/.test(target)) return undefined;
  if (/^\w+:|^\//.test(target)) return 'it must be relative to the page';
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page.path : join(dirname(page.path), decodeURI(path));
  if (relative(root, join(root, file)).startsWith('..')) return 'it leads out of the repository';
  const linked = [page, ...pages].find((other) => other.path === file);
  if (linked === undefined && !existsSync(join(root, file))) return `there is no ${file}`;
  if (anchor === undefined) return undefined;
  if (linked === undefined) return `${file} is no page with headings`;
  return linked.markdown.anchors.has(decodeURI(anchor)) ? undefined : `${file} has no heading #${anchor}`;
}

/** Of this repository; a pattern or a placeholder is none. */
function isPath(code: string): boolean {
  return /^(?:src|test|build|docs|examples)\/[\w./-]+$/.test(code);
}
