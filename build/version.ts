// The version that `--version` shows: of package.json, and the commit where git knows it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

/**
 * For instance `0.2.0 (2f4a91c)`, with a `+` after the commit when the tree held changes; `0.2.0` when there is no git.
 */
export function version(): string {
  const number = packageVersion();
  const commit = git('rev-parse', '--short=7', 'HEAD');
  if (commit === '') return number;
  return `${number} (${commit}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+'})`;
}

/** Of package.json, for instance `0.2.0`. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

/** What git prints; empty when there is no git or it fails. */
export function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}
