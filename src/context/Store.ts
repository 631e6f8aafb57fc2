// The store that several managers share: etcd. Types only.

export interface StoreTarget {
  /** `https://etcd1:2379`; the first that answers is used until it does not. */
  readonly endpoints: readonly string[];
  readonly tls?: StoreTls | undefined;
  readonly login?: StoreLogin | undefined;
}

/** Files are PEM. Without a file of authorities those of the system are trusted. */
export interface StoreTls {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** The file is read at each login. */
export type StoreLogin = { readonly user: string } & (
  { readonly password: string } | { readonly passwordFile: string }
);

/** A lease's number is beyond what JavaScript counts exactly. */
export type LeaseId = string;

export interface StoreEntry {
  readonly key: string;
  readonly value: string;
  /** Revision in which the key came to be: another one once it has been removed and put again. */
  readonly createRevision: number;
  /** Revision of the last change. */
  readonly changeRevision: number;
  /** The key ends with this lease; null: it stays. */
  readonly lease: LeaseId | null;
}

/** What must be so of a key. Revision 0: there is no such key. */
export type StoreCondition = { readonly key: string } & (
  { readonly createRevision: number } | { readonly changeRevision: number } | { readonly value: string }
);

export type StoreChange =
  { readonly put: string; readonly value: string; readonly lease?: LeaseId } | { readonly remove: string };

/** All of it or nothing, with what is read at the same moment. */
export interface StoreTransaction {
  /** All of these must be so. */
  readonly when: readonly StoreCondition[];
  readonly change: readonly StoreChange[];
  /** Keys that are read afterwards, whether or not the change was made. */
  readonly read?: readonly string[];
}

export interface StoreOutcome {
  /** Whether the conditions held, and with them the change was made. */
  readonly done: boolean;
  /** In the order they were asked for; null: there is no such key. */
  readonly read: readonly (StoreEntry | null)[];
  readonly revision: number;
}

/** What happened to one key. */
export type StoreEvent =
  | { readonly kind: 'put'; readonly entry: StoreEntry }
  | { readonly kind: 'removed'; readonly key: string; readonly revision: number };

export interface StoreWatcher {
  changed(events: readonly StoreEvent[]): void;
  /** Nothing more will be told: whoever still wants to know reads again, and watches again. */
  ended(why: Error): void;
}

/**
 * All answers are those of a majority, but those about a lease: a member that still takes itself for the leader gives
 * them alone. Each call is tried on one endpoint after the other while that can do no harm, and ends within its limit
 * (ms).
 * @throws StoreFailure from each: it says whether a change may have been made nevertheless
 */
export interface Store {
  get(key: string, timeoutMs: number): Promise<StoreEntry | null>;
  list(prefix: string, timeoutMs: number): Promise<StoreListing>;
  transact(transaction: StoreTransaction, timeoutMs: number): Promise<StoreOutcome>;
  /** @param ttlSeconds what is asked for; the store may give more */
  grantLease(ttlSeconds: number, timeoutMs: number): Promise<StoreLease>;
  /** @returns seconds it then has; null: there is no such lease any more */
  renewLease(id: LeaseId, timeoutMs: number): Promise<number | null>;
  /** Its keys go at once. False: there was no such lease. */
  revokeLease(id: LeaseId, timeoutMs: number): Promise<boolean>;
  /** Seconds left, without a renewal; null: there is no such lease. */
  leaseLeft(id: LeaseId, timeoutMs: number): Promise<number | null>;
  /** Tells of each change below a prefix from a revision on. @returns ends it, without a word to the watcher */
  watch(prefix: string, fromRevision: number, watcher: StoreWatcher): () => void;
  close(): void;
}

export interface StoreListing {
  /** In the order of their keys. */
  readonly entries: readonly StoreEntry[];
  /** Of the moment of the listing: a watch from the next one on misses nothing. */
  readonly revision: number;
}

export interface StoreLease {
  readonly id: LeaseId;
  readonly ttlSeconds: number;
}
