// The monitor's own files, below the helper's state directory.
import type { Places, ProcessIdentity, Tools } from '../../context/Context.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import { readStateFile } from './stateFile.ts';

export interface Names {
  readonly record: string;
  readonly lock: string;
  /** What masterha_manager prints beside its own log. */
  readonly output: string;
  /** Where there are several managers: the socket that hooks ask, and the deadline of whatever acts for this one. */
  readonly guard: string;
  readonly lease: string;
}

/** One cluster's files; `name` is MHA's for it. */
export function namesOf(places: Places, name: string): Names {
  const base = `${directoryOf(places)}/${name}`;
  const [record, lock, output] = [`${base}.json`, `${base}.lock`, `${base}.output`];
  return { record, lock, output, guard: `${base}.guard`, lease: `${base}.lease` };
}

export function directoryOf(places: Places): string {
  return `${places.stateDirectory}/monitor`;
}

/**
 * The application file without the absent servers, or with the question to other managers. It has the same name, from
 * which MHA makes the names of its own files.
 */
export function reducedFile(places: Places, conf: string): string {
  return `${directoryOf(places)}/conf/${conf.split('/').at(-1) ?? conf}`;
}

/** The application file as it would be with a server that is back. */
export function trialFile(places: Places, conf: string): string {
  return `${directoryOf(places)}/trial/${conf.split('/').at(-1) ?? conf}`;
}

/**
 * The application file that an operator knows: the monitor may have given MHA a copy of it.
 * @param conf as MHA was given it
 */
export async function operatorsFile(conf: string, tools: Pick<Tools, 'files' | 'places'>): Promise<string> {
  if (conf !== reducedFile(tools.places, conf)) return conf;
  const known = await readStateFile(namesOf(tools.places, applicationName(conf)).record, tools);
  return known?.conf ?? conf;
}

/** What is in a lock file. */
export interface Lock extends ProcessIdentity {
  readonly conf: string;
  /** All application files of this monitor. */
  readonly all: readonly string[];
}

export function parseLock(text: string): Lock | null {
  try {
    const value = JSON.parse(text) as Partial<Lock> | null;
    if (
      typeof value?.pid !== 'number' ||
      typeof value.startTicks !== 'string' ||
      typeof value.conf !== 'string' ||
      !Array.isArray(value.all)
    )
      return null;
    return value as Lock;
  } catch {
    return null;
  }
}
