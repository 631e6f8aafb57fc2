// Where a monitor sits among the managers of a cluster, as `monitor status` and the metrics show it.
import { isUnknown } from '../../errors/unknown.ts';
import { managerKey, type ClusterKeys } from './keys.ts';
import type { Leadership } from './Leadership.ts';
import { readNote } from './note.ts';
import { readWord } from './publication.ts';
import { lastTold } from './sharedState.ts';
import type { Orders } from '../orders/standingOrders.ts';
import type { StoreView } from './StoreView.ts';

export interface SeatRecord {
  /** Name of this manager. */
  readonly manager: string;
  readonly standing: 'standby' | 'taking over' | 'leader' | 'suspended';
  /** While it leads, or means to; else null. */
  readonly epoch: number | null;
  /** Who leads; null: nobody, or it is not known. */
  readonly leader: string | null;
  /** Managers whose monitor is known to etcd. */
  readonly alive: readonly string[];
  /** Since when etcd does not answer, in ms since 1970; null: it does. */
  readonly silentSince: number | null;
  /** What etcd said last, where it does not answer. */
  readonly silence: string | null;
  /** What keeps this manager from leading although it has the key. */
  readonly obstacle: string | null;
  /** The leader's word, where this is another one; null: there is none. */
  readonly word: { readonly protected: boolean; readonly why: string | null } | null;
  /** How many times this manager has taken the lead over since its monitor was started. */
  readonly takeovers?: number;
  /** All managers that etcd has ever known to look after the cluster, this one too. */
  readonly known?: readonly string[];
  /** Standing orders, in the leader's word; null: there is none. */
  readonly orders?: Orders | null;
}

export function seatRecord(seat: {
  readonly manager: string;
  readonly leadership: Pick<Leadership, 'standing' | 'leader'>;
  readonly view: Pick<StoreView, 'last' | 'silentSince'>;
  readonly keys: ClusterKeys;
  readonly prefix: string;
  readonly obstacle: string | null;
  readonly takeovers: number;
  readonly now: number;
  readonly leaseNow: number;
}): SeatRecord {
  const { manager, leadership, view, keys, prefix, obstacle, takeovers, now, leaseNow } = seat;
  const { standing, leader } = leadership;
  const { last, silentSince } = view;
  const entries = isUnknown(last) ? null : last.entries;
  const word = entries?.get(keys.word)?.value;
  const place = managerKey(prefix, '');
  const shared = lastTold(keys, view);
  const alive = [...(entries?.values() ?? [])].flatMap(({ key, value }) =>
    key.startsWith(place) ? [readNote(value).manager] : [],
  );
  const isKnown = silentSince === null && !isUnknown(leader);
  return {
    manager,
    standing: standing.name,
    epoch: 'epoch' in standing ? standing.epoch : null,
    leader: isKnown
      ? { nobody: null, ours: manager, other: 'manager' in leader ? leader.manager : null }[leader.kind]
      : null,
    alive,
    // To the second: it is kept on the disk whenever it changes.
    silentSince: silentSince === null ? null : Math.round((now - (leaseNow - silentSince)) / 1000) * 1000,
    silence: isUnknown(last) ? last.unknown : null,
    obstacle,
    takeovers,
    word: word === undefined ? null : readWord(word),
    known: [...new Set([manager, ...alive, ...(shared?.managers ?? [])])].sort(),
    orders: shared?.orders ?? null,
  };
}

/** Why a cluster is not protected, as far as the managers are concerned; null: nothing speaks against it. */
export function whyNotLed({
  standing,
  leader,
  silentSince,
  silence,
  obstacle,
  word,
  manager,
}: SeatRecord): string | null {
  if (silentSince !== null)
    return `etcd does not answer since ${new Date(silentSince).toISOString()} (${silence ?? 'not asked yet'})`;
  if (standing === 'leader') return null;
  if (standing !== 'standby') return obstacle ?? `${manager} is ${standing}`;
  if (leader === null) return obstacle ?? 'no manager leads';
  if (word === null) return `${leader} leads, and has not said whether the cluster is protected`;
  return word.protected ? null : `${leader} leads: ${word.why ?? 'not protected'}`;
}

/** `mgr1 (this one) leads, epoch 408; mgr2 stands by` */
export function describeSeat({ manager, standing, epoch, leader, alive, silentSince, obstacle }: SeatRecord): string {
  const own = standing === 'leader' ? `leads, epoch ${epoch ?? '?'}` : `is ${standing}`;
  if (silentSince !== null) return `${manager} (this one) ${own}; of the others nothing is known`;
  const others = alive.filter((name) => name !== manager).sort();
  const rest = others.map((name) => `${name} ${name === leader ? 'leads' : 'is there'}`);
  const nobody = leader === null ? ['nobody leads'] : [];
  const why = standing === 'standby' && obstacle !== null ? [obstacle] : [];
  return [`${manager} (this one) ${own}`, ...rest, ...nobody, ...why].join('; ');
}
