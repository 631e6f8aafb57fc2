// The one lease of a monitor's process, on which the keys of all its clusters are. When the store has ended one,
// another is asked for; the keys of the first are gone then, and nothing that was begun under it goes on.
import type { LeaseClock } from '../../context/LeaseClock.ts';
import type { LeaseId, Store } from '../../context/Store.ts';
import type { StoreFailure } from '../../errors/errors.ts';
import { asStoreFailure, HeldLease, type LeaseLength } from './HeldLease.ts';

export interface LeaseFollower {
  /** It is not held from this moment on. A timer tells, whatever the store says. */
  leaseNotHeld(): void;
  /** Held again or anew, or renewed: there is something to look at. */
  leaseAnswers(): void;
  /** Whoever acts outside this process must know until when. */
  leaseRenewed(): void;
}

type Leases = Pick<Store, 'grantLease' | 'renewLease' | 'revokeLease'>;

/** Between two attempts to get one. */
const retryMs = 1000;

export class SharedLease {
  readonly #store: Leases;
  readonly #clock: LeaseClock;
  readonly #length: LeaseLength;
  readonly #trouble: (why: StoreFailure) => void;
  readonly #followers: LeaseFollower[] = [];
  #lease: HeldLease | null = null;
  #wordAt: number;
  #isOver = false;
  #callOffRetry: () => void = () => undefined;

  constructor(store: Leases, clock: LeaseClock, length: LeaseLength, trouble: (why: StoreFailure) => void) {
    [this.#store, this.#clock, this.#length, this.#trouble] = [store, clock, length, trouble];
    this.#wordAt = clock.now();
  }

  follow(follower: LeaseFollower): void {
    this.#followers.push(follower);
  }

  start(): void {
    void this.#grant();
  }

  /** At this very moment, by the clock. */
  get state(): 'held' | 'doubtful' | 'none' {
    if (this.#lease === null) return 'none';
    return this.#lease.isHeld() ? 'held' : 'doubtful';
  }

  /** Null: there is none. */
  get id(): LeaseId | null {
    return this.#lease?.id ?? null;
  }

  /** By the clock of leases; in the past where nothing may be done. */
  get endsAt(): number {
    return this.#lease !== null && this.state === 'held' ? this.#lease.endsAt : -Infinity;
  }

  /** A look that began at this moment or before says nothing of what is so under the lease now. */
  get wordAt(): number {
    return this.#wordAt;
  }

  /** See HeldLease. */
  confirm(): boolean {
    const isHeld = this.#lease?.confirm() ?? false;
    if (isHeld) this.#tell('leaseRenewed');
    return isHeld;
  }

  /** Nothing begins any more. @throws StoreFailure when the store does not hear of it: then it ends in its own time */
  async release(timeoutMs: number): Promise<void> {
    this.#isOver = true;
    this.#callOffRetry();
    const lease = this.#lease;
    this.#forget();
    await lease?.release(timeoutMs);
  }

  async #grant(): Promise<void> {
    const granted = await HeldLease.grant(this.#store, this.#clock, this.#length, {
      doubtful: () => {
        this.#word();
        this.#tell('leaseNotHeld');
      },
      answersAgain: () => {
        this.#word();
        this.#tell('leaseAnswers');
      },
      gone: () => {
        this.#forget();
        if (!this.#isOver) void this.#grant();
      },
      renewed: () => this.#tell('leaseRenewed'),
      notRenewed: this.#trouble,
    }).catch(asStoreFailure);
    if (granted instanceof HeldLease) return this.#granted(granted);
    this.#trouble(granted);
    if (!this.#isOver) this.#callOffRetry = this.#clock.at(this.#clock.now() + retryMs, () => void this.#grant());
  }

  #granted(lease: HeldLease): void {
    // Told to end meanwhile: the store ends it in its own time, and no key is on it.
    if (this.#isOver) return lease.abandon();
    this.#lease = lease;
    this.#word();
    this.#tell('leaseAnswers');
  }

  #forget(): void {
    this.#lease = null;
    this.#word();
    this.#tell('leaseNotHeld');
  }

  #word(): void {
    this.#wordAt = this.#clock.now();
  }

  #tell(what: keyof LeaseFollower): void {
    for (const follower of this.#followers) follower[what]();
  }
}
