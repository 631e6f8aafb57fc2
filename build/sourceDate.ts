// The one time that stands in what is built: of the commit, so that two builds of it are the same.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';
import { git } from './version.ts';

/** SOURCE_DATE_EPOCH where it is set, else the commit's time, else (no git) the time of package.json. Whole seconds. */
export function sourceDate(): Date {
  const seconds =
    process.env['SOURCE_DATE_EPOCH'] ||
    git('log', '-1', '--format=%ct', 'HEAD') ||
    String(Math.floor(statSync(join(root, 'package.json')).mtimeMs / 1000));
  if (!/^\d+$/.test(seconds)) throw new Error(`SOURCE_DATE_EPOCH is not a number of seconds: ${seconds}`);
  return new Date(Number(seconds) * 1000);
}
