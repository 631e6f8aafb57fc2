// The Perl layer that lets MHA run on today's servers (src/mha-compat): where its files are, and the environment that
// loads it into MHA's programs. Perl runs what is in there as the user of MHA, so nobody else may be able to write it.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Failure } from '../errors/errors.ts';
import { errorText } from '../errors/message.ts';
import { isMhaProgram, packagedLayer, perlOption } from '../mha/compatLayer.ts';

declare const MHA_COMPAT_FILES: Readonly<Record<string, string>> | undefined;

/** Path in the layer's directory -> text; the bundle has them inside. */
export function compatFiles(): Readonly<Record<string, string>> {
  if (typeof MHA_COMPAT_FILES !== 'undefined') return MHA_COMPAT_FILES;
  const source = join(import.meta.dirname, '../mha-compat');
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.pm'))
    .sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(source, name), 'utf8')]));
}

/**
 * Path -> text, by gzip and in base64. SSH makes one command line of all that a program is given, which a shell there
 * gets as one word, and Linux takes no word of more than 128 KB.
 */
export function packedCompatFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(compatFiles()).map(([name, text]) => [name, gzipSync(text, { level: 9 }).toString('base64')]),
  );
}

/** The environment for one program: with the layer where it is one of MHA's, or a command line that starts one. */
export function mhaEnvironment(
  env: NodeJS.ProcessEnv,
  stateDirectory: string,
): (argv: readonly string[]) => NodeJS.ProcessEnv {
  let layered: NodeJS.ProcessEnv | undefined;
  return (argv) => {
    if (!argv.some(isMhaProgram)) return env;
    return (layered ??= withLayer(env, stateDirectory));
  };
}

/** @throws Failure `environment` where the layer can be put nowhere that is safe */
export function withLayer(env: NodeJS.ProcessEnv, stateDirectory: string): NodeJS.ProcessEnv {
  // One that is loaded already may be another version, or anybody's: ours goes first, and it is loaded once.
  const given = (env['PERL5OPT'] ?? '').split(/\s+/).filter((word) => word !== '' && word !== '-MMhaHelper::Compat');
  return { ...env, PERL5OPT: [perlOption(layerDirectory(stateDirectory)), ...given].join(' ') };
}

function layerDirectory(stateDirectory: string): string {
  const files = compatFiles();
  if (holds(packagedLayer, files)) return packagedLayer;
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  const own = join(stateDirectory, `perl-${hash}`);
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o750 });
    refuseForeign(stateDirectory);
    if (!holds(own, files)) put(own, files);
    refuseForeign(own);
    return own;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('environment', `the layer for MHA cannot be written to ${own}: ${errorText(error)}`, {
      hint: 'install the package, or let this user write the directory',
      cause: error,
    });
  }
}

/** Whole or not at all; another call that does the same at this moment is no harm. */
function put(directory: string, files: Readonly<Record<string, string>>): void {
  const beside = mkdtempSync(`${directory}.`);
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(beside, name)), { recursive: true, mode: 0o755 });
      writeFileSync(join(beside, name), text, { mode: 0o644, flush: true });
    }
    // A hook of the user's that is written in Perl and changes its user inherits PERL5OPT: it must be able to read
    // this.
    chmodSync(beside, 0o755);
    rmSync(directory, { recursive: true, force: true });
    renameSync(beside, directory);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    if (!holds(directory, files)) throw error;
  }
}

function holds(directory: string, files: Readonly<Record<string, string>>): boolean {
  try {
    return Object.entries(files).every(([name, text]) => readFileSync(join(directory, name), 'utf8') === text);
  } catch {
    return false;
  }
}

function refuseForeign(directory: string): void {
  const { uid, mode } = statSync(directory);
  const user = process.geteuid?.() ?? 0;
  if ((uid !== user && uid !== 0) || (mode & 0o022) !== 0) {
    throw new Failure('environment', `the layer for MHA is not put into ${directory}: others can write there`, {
      hint: 'install the package, which has it in /usr/share',
    });
  }
}
