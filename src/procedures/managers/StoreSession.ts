// A monitor's part in the store: one lease, one look at all keys, and where it stands with each of its clusters.
import type { LeaseClock } from '../../context/LeaseClock.ts';
import type { Store, StoreEvent } from '../../context/Store.ts';
import type { StoreFailure } from '../../errors/errors.ts';
import type { LeaseLength } from './HeldLease.ts';
import { askedPlace, clusterKeys } from './keys.ts';
import { Leadership, type LeadershipWork } from './Leadership.ts';
import { SharedLease } from './SharedLease.ts';
import { StoreView, type View } from './StoreView.ts';
import type { Unknown } from '../../errors/unknown.ts';

/** How long before the store may end the lease nothing is begun any more. */
const marginMs = 2000;
/** Before a watch that has ended is taken up again. Until then the looks are all that is heard. */
const watchAgainMs = 1000;

/** Told of each look, also of one that failed. */
export interface Onlooker {
  see(view: View | Unknown): void;
  /** Of what managers ask one another. A look tells the same, later. */
  hear?(events: readonly StoreEvent[]): void;
}

export class StoreSession {
  readonly lease: SharedLease;
  readonly view: StoreView;
  readonly #store: Store;
  readonly #clock: LeaseClock;
  readonly #prefix: string;
  readonly #timeoutMs: number;
  readonly #onlookers: Onlooker[] = [];
  #endWatch: () => void = () => undefined;
  #callOffWatch: () => void = () => undefined;

  constructor(
    store: Store,
    clock: LeaseClock,
    { prefix, ttlSeconds }: { readonly prefix: string; readonly ttlSeconds: number },
    trouble: (why: StoreFailure) => void,
    length: LeaseLength = { ttlSeconds, marginMs },
  ) {
    [this.#store, this.#clock, this.#prefix] = [store, clock, prefix];
    this.#timeoutMs = (ttlSeconds * 1000) / 3;
    this.lease = new SharedLease(store, clock, length, trouble);
    const times = { everyMs: ttlSeconds * 100, timeoutMs: this.#timeoutMs };
    this.view = new StoreView(store, clock, prefix, times, (view) => {
      for (const one of this.#onlookers) one.see(view);
    });
    this.lease.follow({
      leaseNotHeld: () => undefined,
      leaseAnswers: () => this.view.look(),
      leaseRenewed: () => undefined,
    });
  }

  /** @param cluster MHA's name of it */
  join(cluster: string, work: LeadershipWork): Leadership {
    const keys = clusterKeys(this.#prefix, cluster);
    const one = new Leadership(keys, this.#store, this.lease, this.#clock, this.#timeoutMs, work);
    this.attend(one);
    return one;
  }

  attend(onlooker: Onlooker): void {
    this.#onlookers.push(onlooker);
  }

  start(): void {
    this.lease.start();
    this.view.look();
    this.#watch();
  }

  /** Gives all keys back. @throws StoreFailure when the store does not hear of it: then they end with the lease */
  async end(): Promise<void> {
    this.view.end();
    this.#callOffWatch();
    this.#endWatch();
    await this.lease.release(this.#timeoutMs).finally(() => this.#store.close());
  }

  /** A question of another manager's, or an answer, is seen by the next look; this only makes it known at once. */
  #watch(): void {
    this.#endWatch = this.#store.watch(askedPlace(this.#prefix), 0, {
      changed: (events) => {
        for (const one of this.#onlookers) one.hear?.(events);
      },
      ended: () => {
        this.#callOffWatch = this.#clock.at(this.#clock.now() + watchAgainMs, () => this.#watch());
      },
    });
  }
}
