// /run/mha-lab/NAME: what is known of a lab outside of it. A directory whose processes are gone is a remain and is
// swept away.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseServer } from './databaseServer.ts';
import { type ProcessIdentity, identify, isAlive } from './processes.ts';

export const RUN_ROOT = '/run/mha-lab';

export interface LabRecord {
  /** Who makes the lab; counts while `holder` is not known yet. */
  readonly maker: ProcessIdentity;
  /** The outermost process of the lab: when it ends, everything ends. */
  readonly holder?: ProcessIdentity;
  readonly server?: Pick<DatabaseServer, 'name' | 'gtid'>;
}

export function runDirectory(name: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)) throw new Error(`lab: not a name for a lab: ${name}`);
  return join(RUN_ROOT, name);
}

/** Takes the name. @throws Error when a lab of that name is up. */
export function claim(name: string): string {
  sweep();
  const directory = runDirectory(name);
  mkdirSync(RUN_ROOT, { recursive: true, mode: 0o700 });
  const maker = identify(process.pid);
  if (maker === undefined) throw new Error('lab: /proc is not readable');
  // The record must be there from the first moment, or another sweep would take the directory for a remain.
  const temporary = `${directory}.claim-${process.pid}`;
  mkdirSync(temporary, { mode: 0o700 });
  writeFileSync(join(temporary, 'lab.json'), JSON.stringify({ maker }));
  try {
    renameSync(temporary, directory);
  } catch {
    rmSync(temporary, { recursive: true, force: true });
    throw new Error(`lab: ${name} is already up (${directory})`);
  }
  return directory;
}

export function record(name: string, entry: LabRecord): void {
  const file = join(runDirectory(name), 'lab.json');
  writeFileSync(`${file}.new`, JSON.stringify(entry));
  renameSync(`${file}.new`, file);
}

export function readStateFile(name: string): LabRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(runDirectory(name), 'lab.json'), 'utf8')) as LabRecord;
  } catch {
    return undefined;
  }
}

export function labNames(): string[] {
  try {
    return readdirSync(RUN_ROOT).filter((entry) => !entry.includes('.'));
  } catch {
    return [];
  }
}

/** Half-made claims whose maker was killed. */
function sweepClaims(): void {
  for (const entry of existsSync(RUN_ROOT) ? readdirSync(RUN_ROOT) : []) {
    const maker = /\.claim-(\d+)$/.exec(entry)?.[1];
    if (maker !== undefined && identify(Number(maker)) === undefined)
      rmSync(join(RUN_ROOT, entry), { recursive: true, force: true });
  }
}

/** Removes what labs left behind whose processes are gone. Their mounts vanished with their namespaces. */
export function sweep(): void {
  sweepClaims();
  for (const name of labNames()) {
    const entry = readStateFile(name);
    const living = entry !== undefined && isAlive(entry.holder ?? entry.maker);
    if (!living) removeRunDirectory(name);
  }
}

export function removeRunDirectory(name: string): void {
  const directory = runDirectory(name);
  if (readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${directory}/`)) {
    throw new Error(`lab: something is mounted under ${directory}; it is not deleted`);
  }
  rmSync(directory, { recursive: true, force: true });
}
