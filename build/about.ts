// What both packages say of themselves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maintainerOf, type Author } from './maintainer.ts';
import { root } from './paths.ts';
import { sourceDate } from './sourceDate.ts';
import { packageVersion } from './version.ts';

/** The first is the summary. */
const description: readonly string[] = [
  'hooks and commands around MHA for MySQL',
  'MHA (masterha_manager, masterha_master_switch) finds a dead MySQL master,',
  'recovers its binary log and re-points the replicas. mha-helper does what must',
  "happen around that: it makes the right server read-only, moves the writer's",
  'virtual IP, ends sessions, undoes all of it when something fails, and tells',
  'people.',
];

const { author } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { author: Author };
const maintainer = maintainerOf(author, process.env['PACKAGER']);

export const about = { version: packageVersion(), date: sourceDate(), maintainer, description };
