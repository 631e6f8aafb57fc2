// dist/mha-helper_VERSION_amd64.deb and dist/mha-helper-VERSION-1.x86_64.rpm, of a fresh executable.   node
// build/package.ts
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildDeb } from './deb/build.ts';
import { buildExecutable } from './executable.ts';
import { bundledWorks, thirdPartyNotices } from './licences.ts';
import { about } from './about.ts';
import { distDirectory } from './paths.ts';
import { buildRpm } from './rpm/build.ts';
import { sbom } from './sbom.ts';

const works = bundledWorks(await buildExecutable());
const inside = { notices: thirdPartyNotices(works), sbom: sbom(works, about.version, about.date) };
const scratch = mkdtempSync(join(distDirectory, '.package-'));
try {
  for (const [kind, build] of [
    ['deb', buildDeb],
    ['rpm', buildRpm],
  ] as const) {
    const directory = join(scratch, kind);
    mkdirSync(directory);
    const made = build({ ...about, ...inside, scratch: directory });
    const path = join(distDirectory, basename(made));
    renameSync(made, path);
    process.stdout.write(`${path}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
