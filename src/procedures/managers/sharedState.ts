// What one host's MHA and monitor know of a cluster, and the next leader must know as well.
import { isUnknown } from '../../errors/unknown.ts';
import type { Failover } from '../monitor/clusterState.ts';
import type { ClusterKeys } from './keys.ts';
import type { StoreView } from './StoreView.ts';
import { ordersIn, type Orders } from '../orders/standingOrders.ts';

export interface SharedState {
  /** Dead masters of earlier failovers: MHA would not start with them. */
  readonly absent: readonly string[];
  readonly lastFailover: Failover | null;
  /** When the last failover was complete, in ms since 1970: MHA does no other within last_failover_minute. */
  readonly completeAt: number | null;
  /** By whom a failover has failed, whose .failover.error is still there; null: none. */
  readonly failedOn: string | null;
  /** Old masters that must stay closed; null: whoever led last could not read, or did not tell. */
  readonly orders: Orders | null;
  /** All that were ever known: records of theirs may be on their hosts. */
  readonly managers: readonly string[];
  /** The servers of MHA's configuration, see sameServers.ts; null: not told. */
  readonly servers: readonly string[] | null;
  /** The options of mha-helper's own configuration, see sameSettings.ts; null: not told. */
  readonly settings: Readonly<Record<string, string>> | null;
  /** Lines of the journal, of what `undo` would take back, see sharedRuns.ts. */
  readonly runs: readonly string[];
}

export const nothingShared: SharedState = {
  absent: [],
  lastFailover: null,
  completeAt: null,
  failedOn: null,
  orders: null,
  managers: [],
  servers: null,
  settings: null,
  runs: [],
};

/** What the last leader has told; null: nothing that can be read. */
export function lastTold({ state }: Pick<ClusterKeys, 'state'>, { last }: Pick<StoreView, 'last'>): SharedState | null {
  const text = isUnknown(last) ? undefined : last.entries.get(state)?.value;
  return text === undefined ? null : readSharedState(text);
}

/** @returns null for what cannot be read: another version has written it */
export function readSharedState(text: string): SharedState | null {
  try {
    const value = JSON.parse(text) as Partial<SharedState> | null;
    if (value === null || !Array.isArray(value.absent) || !value.absent.every((one) => typeof one === 'string'))
      return null;
    const { absent, lastFailover = null, completeAt = null, failedOn = null } = value;
    const { orders = null, managers = [], servers = null, settings = null, runs = [] } = value;
    if (completeAt !== null && typeof completeAt !== 'number') return null;
    if (
      ![managers, servers ?? [], runs].every(
        (list) => Array.isArray(list) && list.every((one) => typeof one === 'string'),
      )
    )
      return null;
    if (typeof settings !== 'object' || !Object.values(settings ?? {}).every((one) => typeof one === 'string'))
      return null;
    const standing = orders === null ? null : ordersIn(orders);
    return { absent, lastFailover, completeAt, failedOn, orders: standing, managers, servers, settings, runs };
  } catch {
    return null;
  }
}
