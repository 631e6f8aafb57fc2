// A store as etcd is seen by its clients: one order of all changes, leases that end by its own time, never early; and a
// network in between that loses and delays what it likes.
import type { LeaseId, Store, StoreCondition, StoreEntry, StoreTransaction } from '../../../src/context/Store.ts';
import { StoreFailure } from '../../../src/errors/errors.ts';
import type { Dice } from '../dice.ts';
import type { SimHost } from './SimHost.ts';
import type { SimTime } from './SimTime.ts';

interface Lease {
  readonly ttlMs: number;
  endsAt: number;
}

/** Between the end of a lease and the moment in which etcd sees it. */
const longestOverdueMs = 1000;

export class SimStore {
  readonly #time: SimTime;
  readonly #dice: Dice;
  readonly #entries = new Map<string, StoreEntry>();
  readonly #leases = new Map<LeaseId, Lease>();
  #revision = 0;
  #granted = 0;
  /** No majority: nobody is answered, and no lease ends. */
  isDown = false;

  constructor(time: SimTime, dice: Dice) {
    [this.#time, this.#dice] = [time, dice];
  }

  get(key: string): StoreEntry | null {
    return this.#entries.get(key) ?? null;
  }

  /** As one host sees it. */
  from(host: SimHost): Store {
    const ask = <T>(timeoutMs: number, what: () => T): Promise<T> => this.#over(host, timeoutMs, what);
    return {
      get: (key, ms) => ask(ms, () => this.get(key)),
      list: (prefix, ms) =>
        ask(ms, () => ({
          entries: [...this.#entries.values()].filter(({ key }) => key.startsWith(prefix)),
          revision: this.#revision,
        })),
      transact: (transaction, ms) => ask(ms, () => this.#transact(transaction)),
      grantLease: (ttlSeconds, ms) => ask(ms, () => this.#grant(ttlSeconds)),
      renewLease: (id, ms) => ask(ms, () => this.#renew(id)),
      revokeLease: (id, ms) => ask(ms, () => this.#revoke(id)),
      leaseLeft: () => Promise.resolve(null),
      watch: () => () => undefined,
      close: () => undefined,
    };
  }

  #over<T>(host: SimHost, timeoutMs: number, what: () => T): Promise<T> {
    const dice = this.#dice;
    return new Promise((resolve, reject) => {
      let isOver = false;
      const answer = (say: () => void): void => {
        if (isOver) return;
        isOver = true;
        say();
      };
      const silence = (): void => reject(new StoreFailure('no answer', 'unknown', { kind: 'deadline' }));
      host.at(host.now() + timeoutMs, () => answer(silence));
      const isLost = host.isCutOff || dice.chance(0.02);
      if (isLost) return;
      // Now and then so late that nobody waits for it any more.
      const way = dice.chance(0.02) ? dice.between(0, 3 * timeoutMs) : dice.between(1, 60);
      this.#time.in(way, () => {
        if (this.isDown) return;
        let value: T;
        try {
          value = what();
        } catch (error) {
          if (!(error instanceof StoreFailure)) throw error;
          this.#time.in(1, () => host.hear(() => answer(() => reject(error))));
          return;
        }
        const back = dice.between(1, dice.chance(0.02) ? 2 * timeoutMs : 60);
        if (host.isCutOff || dice.chance(0.02)) return;
        this.#time.in(back, () => host.hear(() => answer(() => resolve(value))));
      });
    });
  }

  #transact({ when, change, read = [] }: StoreTransaction) {
    const done = when.every((condition) => this.#holds(condition));
    if (done && change.length > 0) {
      this.#revision += 1;
      for (const one of change) {
        if ('remove' in one) this.#entries.delete(one.remove);
        else this.#put(one.put, one.value, one.lease ?? null);
      }
    }
    return { done, read: read.map((key) => this.get(key)), revision: this.#revision };
  }

  #put(key: string, value: string, lease: LeaseId | null): void {
    if (lease !== null && !this.#leases.has(lease))
      throw new StoreFailure('etcdserver: requested lease not found', 'no');
    const createRevision = this.#entries.get(key)?.createRevision ?? this.#revision;
    this.#entries.set(key, { key, value, lease, createRevision, changeRevision: this.#revision });
  }

  #holds(condition: StoreCondition): boolean {
    const entry = this.get(condition.key);
    if ('createRevision' in condition) return (entry?.createRevision ?? 0) === condition.createRevision;
    if ('changeRevision' in condition) return (entry?.changeRevision ?? 0) === condition.changeRevision;
    return entry?.value === condition.value;
  }

  #grant(ttlSeconds: number) {
    const id = String((this.#granted += 1));
    this.#leases.set(id, { ttlMs: ttlSeconds * 1000, endsAt: this.#time.now + ttlSeconds * 1000 });
    this.#watch(id);
    return { id, ttlSeconds };
  }

  #renew(id: LeaseId): number | null {
    const lease = this.#leases.get(id);
    if (lease === undefined) return null;
    lease.endsAt = this.#time.now + lease.ttlMs;
    return lease.ttlMs / 1000;
  }

  #watch(id: LeaseId): void {
    const lease = this.#leases.get(id);
    if (lease === undefined) return;
    this.#time.in(lease.endsAt - this.#time.now + this.#dice.between(0, longestOverdueMs), () => {
      if (this.#time.now >= lease.endsAt && !this.isDown) this.#revoke(id);
      // Whoever becomes etcd's leader gives each lease its whole length again.
      else {
        if (this.isDown) lease.endsAt = this.#time.now + lease.ttlMs;
        this.#watch(id);
      }
    });
  }

  #revoke(id: LeaseId): boolean {
    if (!this.#leases.delete(id)) return false;
    for (const { key, lease } of [...this.#entries.values()]) if (lease === id) this.#entries.delete(key);
    this.#revision += 1;
    return true;
  }
}
