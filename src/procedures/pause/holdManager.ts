// Asking the monitor to keep masterha_manager of one cluster stopped, and to start it again. What the monitor has not
// taken up is taken back: nobody must believe in a pause that there is not.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText, ifAny } from '../../errors/message.ts';
import { isFailingOver } from '../../mha/managerStatus.ts';
import { thisMoment } from '../../steps/moment.ts';
import { namesOf, parseLock, type Lock } from '../monitor/monitorFiles.ts';
import { readStateFile } from '../monitor/stateFile.ts';
import { pauseText, type Pause } from './Pause.ts';
import { removePause, writePause } from './pauseFiles.ts';

/** The monitor looks twice a second, and kills a manager that does not end after 10 s. In ms. */
const heldMs = 30_000;
/** How long masterha_manager may take until it monitors: it looks at every server and host first. In ms. */
const protectedMs = 60_000;
const pollMs = 200;

/** The monitor that looks after this cluster now; null: none. @param name MHA's of the cluster */
export async function monitorOf(
  name: string,
  { connect, files, places }: Pick<Tools, 'connect' | 'files' | 'places'>,
): Promise<Lock | null> {
  const path = namesOf(places, name).lock;
  const text = await files.read(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new Failure('environment', `cannot read ${path}: ${errorText(error)}`, {
      hint: 'run this as the user that runs MHA',
      cause: error,
    });
  });
  const lock = parseLock(text);
  return lock !== null && (await connect.isRunning(lock)) ? lock : null;
}

export function newPause(wanted: Pick<Pause, 'kind'> & Partial<Pause>, tools: Pick<Tools, 'clock' | 'places'>): Pause {
  const moment = thisMoment(tools);
  return {
    ...moment,
    id: `${moment.at}-${tools.places.pid}`,
    by: tools.places.operator ?? null,
    reason: null,
    forMs: null,
    process: null,
    dead: null,
    ...wanted,
  };
}

export interface HoldOptions {
  /** A failover that runs: it is waited for so long, in ms; 0: then nothing is held. */
  readonly failoverMs: number;
}

/**
 * Resolves when the monitor holds the manager back, and none runs.
 * @throws Failure `refused`, `environment` or `deadline`: then nothing is held by this
 */
export async function holdManager(
  name: string,
  pause: Pause,
  monitor: Lock,
  { failoverMs }: HoldOptions,
  tools: Tools,
): Promise<void> {
  const { clock, interrupted, places } = tools;
  await refuseOtherUser(name, monitor, tools);
  await writePause(name, pause, tools).catch((error: unknown) => {
    throw new Failure('environment', `the pause cannot be recorded (${errorText(error)}): nothing is paused`);
  });
  try {
    const began = clock.monotonic();
    for (;;) {
      const state = (await readStateFile(namesOf(places, name).record, tools))?.state;
      const isFailing = state !== undefined && isFailingOver(state.status);
      const isTaken = state?.pauses.some(({ id }) => id === pause.id) === true;
      if (isTaken && !('manager' in state.phase)) return;
      if (isFailing && failoverMs === 0)
        throw new Failure('refused', `${name}: a failover is running (${state.status}): it goes on to its end`);
      if (!(await tools.connect.isRunning(monitor)))
        throw new Failure('refused', `the monitor (process ${monitor.pid}) has ended meanwhile`);
      if (clock.monotonic() - began > (isFailing ? failoverMs : heldMs + failoverMs))
        throw new Failure('deadline', `the monitor (process ${monitor.pid}) has not stopped masterha_manager in time`, {
          hint: `see mha-helper monitor status -c ${monitor.conf}`,
        });
      await clock.sleep(pollMs, interrupted);
    }
  } catch (error) {
    await removePause(name, pause, tools);
    throw error;
  }
}

/** What it has written we could not take back, and it could not read what we write. */
async function refuseOtherUser(name: string, { pid }: Lock, { files, places }: Tools): Promise<void> {
  const look = await files.look(namesOf(places, name).record);
  if (look === null || look.owner === 'self') return;
  throw new Failure('refused', `the monitor (process ${pid}) runs as another user`, {
    hint: `run this as that user, which "ps -o user= -p ${pid}" shows`,
  });
}

/**
 * Lets the monitor start the manager again, and waits until that protects. Never throws.
 * @returns null when it does; else why it does not, or does not yet
 */
export async function letGo(name: string, pause: Pause, tools: Tools): Promise<string | null> {
  try {
    await removePause(name, pause, tools);
    return await untilProtected(name, pause, tools);
  } catch (error) {
    return errorText(error);
  }
}

async function untilProtected(name: string, pause: Pause, tools: Tools): Promise<string | null> {
  const { clock, places } = tools;
  for (const until = clock.monotonic() + protectedMs; ;) {
    const monitor = await monitorOf(name, tools);
    if (monitor === null) return 'no monitor of mha-helper runs for it any more';
    const state = (await readStateFile(namesOf(places, name).record, tools))?.state;
    const isOver = state?.pauses.every(({ id }) => id !== pause.id) === true;
    if (isOver) {
      const [other] = state.pauses;
      if (other !== undefined) return pauseText(other);
      if (state.status === 'PING_OK') return null;
      if (state.phase.name === 'blocked') return "MHA's .failover.error is in the way";
      if (state.failures > 0) return 'masterha_manager has ended again; the monitor tries on';
    }
    if (clock.monotonic() > until)
      return `masterha_manager does not protect it after ${protectedMs / 1000} s${ifAny(': ', state?.status ?? '')}`;
    await clock.sleep(pollMs);
  }
}
