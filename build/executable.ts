// dist/mha-helper: Node LTS with the bundle inside.   node build/executable.ts
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { inject } from 'postject';
import { bundle } from './bundle.ts';
import { awsSdkPath, bundlePath, distDirectory, executablePath, grpcPath, nodeBinary } from './paths.ts';

/** Marks in the node binary where it learns whether something was injected. */
const sentinelFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const configuration = {
  disableExperimentalSEAWarning: true,
  useCodeCache: true,
  // A NODE_OPTIONS in the operator's environment must not reach a hook: --require of a file that is not there would
  // abort a failover.
  execArgvExtension: 'none',
  // Nothing but the helper's own lines goes into MHA's log.
  execArgv: ['--no-warnings'],
};

/**
 * The same sources give the same bytes, wherever the checkout lies. Left to itself V8 takes a seed for its hashes from
 * the clock, and with it the code cache comes out different each time. Not --hash-seed: V8 at run time then refuses the
 * cache without a word, and every start costs 20 ms more.
 */
const reproducible = ['--random-seed=1'];

/** @returns what the bundle is made of */
export async function buildExecutable(target = executablePath): Promise<Metafile> {
  const metafile = await bundle();
  const scratch = mkdtempSync(join(distDirectory, '.build-'));
  try {
    const node = nodeBinary();
    const blob = join(scratch, 'blob');
    const config = join(scratch, 'config.json');
    const executable = join(scratch, 'mha-helper');
    // Node writes the name into the blob, for stack traces: without the directory it says nothing of the machine it was
    // built on.
    writeFileSync(
      config,
      JSON.stringify({
        ...configuration,
        main: basename(bundlePath),
        output: blob,
        assets: Object.fromEntries([awsSdkPath, grpcPath].map((path) => [basename(path), path])),
      }),
    );
    execFileSync(node, [...reproducible, '--experimental-sea-config', config], {
      cwd: distDirectory,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    copyFileSync(node, executable);
    chmodSync(executable, 0o755);
    await quietly(() => inject(executable, 'NODE_SEA_BLOB', readFileSync(blob), { sentinelFuse }));
    // Renamed into place: a copy that is running keeps its own file.
    renameSync(executable, target);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return metafile;
}

/** postject warns of notes in the node binary whose sections have no name; it writes them back as they were. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { error, warn, log } = console;
  const filter =
    (show: typeof log) =>
    (...parts: unknown[]) => {
      if (!/Can't find string offset for section name '\.note/.test(String(parts[0]))) show(...parts);
    };
  Object.assign(console, { error: filter(error), warn: filter(warn), log: filter(log) });
  try {
    await work();
  } finally {
    Object.assign(console, { error, warn, log });
  }
}

if (import.meta.main) await buildExecutable();
