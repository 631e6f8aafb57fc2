// Pauses on disk, below the monitor's directory: one that was asked for holds over restarts of monitor and host.
import type { Places, Tools } from '../../context/Context.ts';
import { errorText } from '../../errors/message.ts';
import type { Unknown } from '../../errors/unknown.ts';
import { directoryOf } from '../monitor/monitorFiles.ts';
import { parsePause, slotOf, type Pause, type Slot } from './Pause.ts';

export const slots: readonly Slot[] = ['person', 'switch'];

/** @param name MHA's of the cluster */
export function pausePath(places: Places, name: string, slot: Slot): string {
  return `${directoryOf(places)}/pauses/${slot}/${name}.json`;
}

type FileTools = Pick<Tools, 'files' | 'places'>;

/** Null: there is none. */
export async function readPause(
  name: string,
  slot: Slot,
  { files, places }: FileTools,
): Promise<Pause | null | Unknown> {
  const path = pausePath(places, name, slot);
  try {
    return parsePause(await files.read(path)) ?? { unknown: `${path} is no pause` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return { unknown: `${path}: cannot be read: ${errorText(error)}` };
  }
}

/** Errors are Node's. */
export async function writePause(name: string, pause: Pause, { files, places }: FileTools): Promise<void> {
  await files.writePrivate(pausePath(places, name, slotOf(pause)), `${JSON.stringify(pause)}\n`);
}

/** Only this one: another may have taken its place. Errors are Node's. */
export async function removePause(name: string, pause: Pause, tools: FileTools): Promise<void> {
  const found = await readPause(name, slotOf(pause), tools);
  if (found === null || !('id' in found) || found.id !== pause.id) return;
  await tools.files.remove(pausePath(tools.places, name, slotOf(pause)));
}
