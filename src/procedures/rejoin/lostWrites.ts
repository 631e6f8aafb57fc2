// What a failover has lost, for programs: which transactions the dead master had that the new one lacks, as soon as the
// dead master can be read.
import type { Places, Tools } from '../../context/Context.ts';
import type { StandingOrder } from '../orders/standingOrders.ts';
import type { Counted } from './divergenceText.ts';

/** One file for each failover, JSON. Times are ISO 8601. */
export interface LostWrites {
  readonly cluster: string;
  readonly deadMaster: string;
  readonly newMaster: string;
  readonly failover: string;
  /** When the dead master was read; null: it has not answered since. Then the rest is not known. */
  readonly read: string | null;
  /** True: it has some; false: none; null: not known. */
  readonly lost: boolean | null;
  /** GTIDs, or from where on in its binary log. */
  readonly which: string | null;
  readonly transactions: number | null;
  /** `schema.table` -> rows. */
  readonly rows: Readonly<Record<string, number>> | null;
  /** Where they are kept, or why they are not. */
  readonly kept: readonly string[];
  /**
   * Whether the new master acknowledged as a semi-synchronous replica: then the dead master had acknowledged these to
   * clients only if it had fallen back to asynchronous replication. Null: not known.
   */
  readonly semiSynchronous: boolean | null;
}

export function lostPath(places: Pick<Places, 'stateDirectory'>, cluster: string, order: StandingOrder): string {
  return `${places.stateDirectory}/lost/${cluster}-${order.server.host}-${order.given.replace(/[-:.]/g, '')}.json`;
}

export interface Found {
  readonly which: string;
  /** Null where nothing could be read. */
  readonly counted: Counted | null;
  readonly kept: readonly string[];
}

/** @param found null: it has not answered; `nothing`: it has nothing more. @returns the path */
export async function writeLost(
  cluster: string,
  order: StandingOrder,
  found: Found | 'nothing' | null,
  tools: Pick<Tools, 'clock' | 'files' | 'places'>,
): Promise<string> {
  const path = lostPath(tools.places, cluster, order);
  const some = found === null || found === 'nothing' ? null : found;
  const lost: LostWrites = {
    cluster,
    deadMaster: order.server.host,
    newMaster: order.master,
    failover: order.given,
    read: found === null ? null : tools.clock.now().toISOString(),
    lost: found === null ? null : some !== null,
    which: some?.which ?? null,
    transactions: found === 'nothing' ? 0 : (some?.counted?.transactions ?? null),
    rows: some?.counted == null ? null : Object.fromEntries(some.counted.rows),
    kept: some?.kept ?? [],
    semiSynchronous: order.semiSynchronous ?? null,
  };
  await tools.files.writePrivate(path, `${JSON.stringify(lost, null, 1)}\n`);
  return path;
}

/** For a person: what it means that these are lost. */
export function acknowledgedText({ semiSynchronous }: Pick<StandingOrder, 'semiSynchronous'>): string {
  switch (semiSynchronous) {
    case true:
      return 'the new master was a semi-synchronous replica: clients know of them only if the old one had fallen back';
    case false:
      return 'replication was asynchronous: clients were told that they are safe';
    default:
      return 'whether clients were told that they are safe is not known';
  }
}
