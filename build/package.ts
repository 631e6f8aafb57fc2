// dist/mha-helper_VERSION_amd64.deb and dist/mha-helper-VERSION-1.x86_64.rpm, of a fresh executable.   node build/package.ts
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildDeb } from './deb/build.ts';
import { buildExecutable } from './executable.ts';
import { bundledWorks, thirdPartyNotices } from './licences.ts';
import { distDirectory, root } from './paths.ts';
import { buildRpm } from './rpm/build.ts';
import { sourceDate } from './sourceDate.ts';
import { packageVersion } from './version.ts';

const description = [
  'hooks and commands around MHA for MySQL',
  'MHA (masterha_manager, masterha_master_switch) finds a dead MySQL master,',
  'recovers its binary log and re-points the replicas. mha-helper does what must',
  'happen around that: it makes the right server read-only, moves the writer\'s',
  'virtual IP, ends sessions, undoes all of it when something fails, and tells',
  'people.',
];

const { author } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { author: string };
// An address belongs there; whoever distributes the packages names one.
const maintainer = process.env['PACKAGER'] || `${author} <mha-helper@example.invalid>`;

const notices = thirdPartyNotices(bundledWorks(await buildExecutable()));
const scratch = mkdtempSync(join(distDirectory, '.package-'));
try {
  for (const [kind, build] of [['deb', buildDeb], ['rpm', buildRpm]] as const) {
    const directory = join(scratch, kind);
    mkdirSync(directory);
    const made = build({ version: packageVersion(), date: sourceDate(), maintainer, description, notices, scratch: directory });
    const path = join(distDirectory, basename(made));
    renameSync(made, path);
    process.stdout.write(`${path}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
