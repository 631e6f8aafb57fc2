// A lease of the store's, and until when this process may act on it. That moment is counted on this side, from before
// the renewal was sent: the store counts from later, so it never ends the lease earlier. No answer is needed to lose
// it, only time; and no answer alone gives it back, for in the meantime another manager may have led.
import type { LeaseClock } from '../../context/LeaseClock.ts';
import type { LeaseId, Store } from '../../context/Store.ts';
import { StoreFailure } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';

export interface LeaseLength {
  readonly ttlSeconds: number;
  /** How long before the store may end it nothing is begun any more. */
  readonly marginMs: number;
}

export interface LeaseListener {
  /** The end has come without a renewal. Nothing may begin until confirm(). */
  doubtful(): void;
  /** The store renews it again: whoever acted on it looks at his keys, and confirms. */
  answersAgain(): void;
  /** The store has ended it, and its keys with it: another one is needed. Told once; nothing follows. */
  gone(): void;
  /** `endsAt` is later. */
  renewed?(): void;
  /** One renewal failed; there may be time for another. */
  notRenewed(why: StoreFailure): void;
}

/** After a failure that came at once. */
const pauseMs = 200;

export class HeldLease {
  readonly id: LeaseId;
  readonly #store: Pick<Store, 'renewLease' | 'revokeLease'>;
  readonly #clock: LeaseClock;
  readonly #listener: LeaseListener;
  readonly #length: LeaseLength;
  #state: 'held' | 'doubtful' | 'gone' = 'held';
  #endsAt: number;
  #callOffEnd: () => void = () => undefined;
  #callOffRenewal: () => void = () => undefined;

  /** @throws StoreFailure when the store grants none */
  static async grant(
    store: Pick<Store, 'grantLease' | 'renewLease' | 'revokeLease'>,
    clock: LeaseClock,
    length: LeaseLength,
    listener: LeaseListener,
  ): Promise<HeldLease> {
    const sentAt = clock.now();
    const { id, ttlSeconds } = await store.grantLease(length.ttlSeconds, renewalTimeout(length));
    return new HeldLease(store, clock, { ...length, ttlSeconds }, listener, id, sentAt);
  }

  private constructor(
    store: Pick<Store, 'renewLease' | 'revokeLease'>,
    clock: LeaseClock,
    length: LeaseLength,
    listener: LeaseListener,
    id: LeaseId,
    sentAt: number,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#length = length;
    this.#listener = listener;
    this.id = id;
    this.#endsAt = this.#end(sentAt, length.ttlSeconds);
    this.#watchEnd();
    this.#renewAt(sentAt + renewalTimeout(length));
  }

  /** Asked anew before each act: a process that was stopped knows nothing of the time that has passed. */
  isHeld(): boolean {
    return this.#state === 'held' && this.#clock.now() < this.#endsAt;
  }

  /** By the clock of leases. In the past: it has ended. */
  get endsAt(): number {
    return this.#endsAt;
  }

  /**
   * The keys were seen to be there still, by a read that began after answersAgain().
   * @returns false when it has ended once more
   */
  confirm(): boolean {
    if (this.#state !== 'doubtful' || this.#clock.now() >= this.#endsAt) return false;
    this.#state = 'held';
    this.#watchEnd();
    return true;
  }

  /** Nothing begins any more; the keys end with it, at once where the store answers. @throws StoreFailure else */
  async release(timeoutMs: number): Promise<void> {
    this.abandon();
    await this.#store.revokeLease(this.id, timeoutMs);
  }

  /** Nothing begins any more, and nothing is renewed: the store ends it in its own time. */
  abandon(): void {
    this.#state = 'gone';
    this.#callOffEnd();
    this.#callOffRenewal();
  }

  #end(sentAt: number, ttlSeconds: number): number {
    return sentAt + ttlSeconds * 1000 - this.#length.marginMs;
  }

  #watchEnd(): void {
    this.#callOffEnd();
    this.#callOffEnd = this.#clock.at(this.#endsAt, () => this.#doubt());
  }

  #doubt(): void {
    if (this.#state !== 'held') return;
    this.#state = 'doubtful';
    this.#callOffEnd();
    this.#listener.doubtful();
  }

  #renewAt(moment: number): void {
    this.#callOffRenewal();
    this.#callOffRenewal = this.#clock.at(moment, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const sentAt = this.#clock.now();
    const answer = await this.#store.renewLease(this.id, renewalTimeout(this.#length)).catch(asStoreFailure);
    if (this.#state === 'gone') return;
    if (!(answer instanceof StoreFailure)) return this.#renewed(sentAt, answer);
    this.#renewAt(this.#clock.now() + pauseMs);
    this.#listener.notRenewed(answer);
  }

  #renewed(sentAt: number, ttlSeconds: number | null): void {
    // The answer of a process that was stopped may be read before its timer is.
    if (this.#clock.now() >= this.#endsAt) this.#doubt();
    if (ttlSeconds === null) {
      this.abandon();
      this.#listener.gone();
      return;
    }
    this.#endsAt = Math.max(this.#endsAt, this.#end(sentAt, ttlSeconds));
    this.#renewAt(sentAt + renewalTimeout(this.#length));
    if (this.#state !== 'held') return this.#listener.answersAgain();
    this.#watchEnd();
    this.#listener.renewed?.();
  }
}

/** Each third of its length: one renewal may be lost. */
function renewalTimeout({ ttlSeconds }: LeaseLength): number {
  return (ttlSeconds * 1000) / 3;
}

/** Whatever was thrown by a call to the store. */
export function asStoreFailure(error: unknown): StoreFailure {
  return error instanceof StoreFailure
    ? error
    : new StoreFailure(asFailure(error).message, 'unknown', { cause: error });
}
