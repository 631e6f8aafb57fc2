// A manager whose configuration has other servers than that of the last leader would watch, and fail over, another
// cluster: it does not lead.
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import type { ClusterKeys } from './keys.ts';
import { lastTold, type SharedState } from './sharedState.ts';
import type { StoreView } from './StoreView.ts';

/** For the next leader. */
export function withServers(state: SharedState, app: Pick<ApplicationConfig, 'servers'> | null): SharedState {
  return { ...state, servers: app === null ? null : serversOf(app) };
}

function serversOf({ servers }: Pick<ApplicationConfig, 'servers'>): readonly string[] {
  return servers.map(({ hostname, port }) => `${hostname}:${port}`).sort();
}

/** Null: they are the same, or the last leader has not told. */
export function whyOtherServers(
  app: Pick<ApplicationConfig, 'servers'> | null,
  keys: Pick<ClusterKeys, 'state'>,
  view: Pick<StoreView, 'last'>,
): string | null {
  const told = lastTold(keys, view);
  return app === null || told === null ? null : otherServers(app, told);
}

/** Null: they are the same, or the last leader has not told. */
export function otherServers(
  app: Pick<ApplicationConfig, 'servers'>,
  { servers: theirs }: Pick<SharedState, 'servers'>,
): string | null {
  if (theirs === null) return null;
  const own = serversOf(app);
  if (own.join() === theirs.join()) return null;
  const without = (some: readonly string[], others: readonly string[]): string =>
    some.filter((one) => !others.includes(one)).join(', ') || 'none';
  return (
    "this manager does not lead: MHA's configuration here has other servers than the last leader's " +
    `(only here: ${without(own, theirs)}; only there: ${without(theirs, own)})`
  );
}
