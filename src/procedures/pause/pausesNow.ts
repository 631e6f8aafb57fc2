// The monitor's side of pauses: which hold at this moment. One that is over is taken away; what cannot be read neither
// begins a pause nor ends one.
import type { DaemonTools, Tools } from '../../context/Context.ts';
import { errorText } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { isSwitchOf } from '../../mha/managerStatus.ts';
import { isOver, slotOf, type Pause } from './Pause.ts';
import { readPause, removePause, slots } from './pauseFiles.ts';

type WatchTools = Pick<Tools, 'clock' | 'files' | 'places'>;

/**
 * @param known those that held at the last look
 * @param complain what could not be done, in words
 */
export async function pausesNow(
  name: string,
  known: readonly Pause[],
  tools: WatchTools,
  daemon: Pick<DaemonTools, 'processes'>,
  complain: (text: string) => void,
): Promise<readonly Pause[]> {
  const around = {
    clock: tools.clock,
    places: tools.places,
    isAlive: daemon.processes.isAlive.bind(daemon.processes),
    switchRuns: () => daemon.processes.find((argv) => isSwitchOf(argv, name)).length > 0,
  };
  const found: Pause[] = [];
  for (const slot of slots) {
    const read = await readPause(name, slot, tools);
    if (read !== null && isUnknown(read)) complain(read.unknown);
    const pause = read !== null && isUnknown(read) ? known.find((one) => slotOf(one) === slot) : read;
    if (pause == null) continue;
    if (!isOver(pause, around)) found.push(pause);
    else
      await removePause(name, pause, tools).catch((error: unknown) => {
        complain(`a pause that is over cannot be removed: ${errorText(error)}`);
      });
  }
  return found;
}
