import type { Places } from '../../context/Context.ts';

/** The file that a cluster's runs lock; it stays, and its text says only who locked it last. */
export function runLock(places: Pick<Places, 'stateDirectory'>, cluster: string): string {
  return `${places.stateDirectory}/${cluster}.run-lock`;
}

/** Names the runs that carry out a standing order. */
export const orderProcedure = 'standing order';
