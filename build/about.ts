// What both packages say of themselves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

const { author } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { author: string };
// An address belongs there; whoever distributes the packages names one.
const maintainer = process.env['PACKAGER'] || `${author} <mha-helper@example.invalid>`;

export const about = { version: packageVersion(), date: sourceDate(), maintainer, description };
