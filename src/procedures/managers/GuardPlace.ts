import type { Store } from '../../context/Store.ts';
import type { ClusterKeys } from './keys.ts';

/** What a guard stands on. */
export interface GuardPlace {
  readonly keys: ClusterKeys;
  /** Name of this manager. */
  readonly manager: string;
  readonly store: Pick<Store, 'get' | 'transact'>;
  readonly timeoutMs: number;
  /** Asked at this very moment; see Leadership. */
  readonly epoch: () => number | null;
  /** The lease is in doubt: the store is to say whether this manager leads still. */
  readonly isSuspended: () => boolean;
  readonly sleep: (ms: number) => Promise<void>;
  /** Who leads, in words, for whoever is refused. */
  readonly whoLeads: () => string;
  readonly now: () => Date;
}
