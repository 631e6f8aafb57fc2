// A host is surveyed once in a run, whoever asks first.
import type { VipHost } from '../Provider.ts';

/**
 * What was found for a host of this name is given to everybody. A survey that failed is not kept, and fails only for
 * whose it is: the others have their own way there, with their own patience.
 */
export function remembering<Found>(survey: (host: VipHost) => Promise<Found>): (host: VipHost) => Promise<Found> {
  const surveys = new Map<string, { readonly of: VipHost; readonly found: Promise<Found> }>();
  return async function on(host): Promise<Found> {
    const known = surveys.get(host.name);
    if (known === undefined) {
      const own = { of: host, found: survey(host) };
      surveys.set(host.name, own);
      own.found.catch(() => {
        if (surveys.get(host.name) === own) surveys.delete(host.name);
      });
      return own.found;
    }
    if (known.of === host) return known.found;
    return known.found.catch(() => on(host));
  };
}
