import type { Lock, Places, Tools } from '../../context/Context.ts';

/** How long what ends soon is waited for, in ms: longer than it may take. */
const soonMs = 30_000;
const againMs = 50;

/** The file that a cluster's runs lock; it stays, and its text says only who locked it last. */
export function runLock(places: Pick<Places, 'stateDirectory'>, cluster: string): string {
  return `${places.stateDirectory}/${cluster}.run-lock`;
}

/** What others are told of a run. */
export function runOwner(procedure: string, host: string, { places, clock }: Pick<Tools, 'places' | 'clock'>): string {
  return `"${procedure}" of ${host}, pid ${places.pid}, since ${clock.now().toISOString()}`;
}

/** Names the runs that carry out a standing order. */
export const orderProcedure = 'standing order';
/** Names the rotation of the journal. */
export const rotationProcedure = 'rotation of the journal';

/**
 * A standing order that is being carried out ends soon, as a rotation does, and is no reason to refuse a failover.
 * @param owner what others are told of us
 */
export async function takeRunLock(
  path: string,
  owner: string,
  { clock, interrupted, locks }: Pick<Tools, 'clock' | 'interrupted' | 'locks'>,
): Promise<Lock> {
  for (const until = clock.monotonic() + soonMs; ;) {
    const lock = await locks.take(path, owner);
    const endsSoon = lock.kind === 'held' && [orderProcedure, rotationProcedure].some((one) => isOf(lock.owner, one));
    if (!endsSoon || clock.monotonic() >= until) return lock;
    await clock.sleep(againMs, interrupted);
  }
}

function isOf(owner: string, procedure: string): boolean {
  return owner.startsWith(`"${procedure}`);
}
