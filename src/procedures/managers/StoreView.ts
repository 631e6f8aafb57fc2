// What the store says of all clusters of this monitor, by one request for all of them. A look is of the moment in which
// it began: what was so under the lease later, it does not know.
import type { LeaseClock } from '../../context/LeaseClock.ts';
import type { Store, StoreEntry } from '../../context/Store.ts';
import { isUnknown, unknownBecause, type Unknown } from '../../errors/unknown.ts';

export interface View {
  /** By the clock of leases. */
  readonly beganAt: number;
  readonly entries: ReadonlyMap<string, StoreEntry>;
}

export interface ViewTimes {
  /** From the end of one look to the beginning of the next, in ms. */
  readonly everyMs: number;
  readonly timeoutMs: number;
}

export class StoreView {
  readonly #store: Pick<Store, 'list'>;
  readonly #clock: LeaseClock;
  readonly #prefix: string;
  readonly #times: ViewTimes;
  readonly #seen: (view: View | Unknown) => void;
  #callOff: () => void = () => undefined;
  #isLooking = false;
  #isWanted = false;
  #isOver = false;
  #silentSince: number | null;
  #known: View | null = null;
  #last: View | Unknown = { unknown: 'the store has not been asked yet' };

  /** @param seen called after each look, also one that failed */
  constructor(
    store: Pick<Store, 'list'>,
    clock: LeaseClock,
    prefix: string,
    times: ViewTimes,
    seen: (view: View | Unknown) => void,
  ) {
    [this.#store, this.#clock, this.#prefix, this.#times, this.#seen] = [store, clock, prefix, times, seen];
    this.#silentSince = clock.now();
  }

  get last(): View | Unknown {
    return this.#last;
  }

  /** The last one that was answered, however long ago; null: none ever was. */
  get known(): View | null {
    return this.#known;
  }

  /** Since when there was no answer, by the clock of leases; null: it answers. */
  get silentSince(): number | null {
    return this.#silentSince;
  }

  /** At once; a look that is under way began too early, and is followed by another. */
  look(): void {
    this.#isWanted = true;
    if (!this.#isLooking) this.#lookIn(0);
  }

  end(): void {
    this.#isOver = true;
    this.#callOff();
  }

  #lookIn(ms: number): void {
    this.#callOff();
    // The clock must show another time than when it was asked for: by that a look is known to be younger.
    this.#callOff = this.#clock.at(this.#clock.now() + ms + 1, () => void this.#look());
  }

  async #look(): Promise<void> {
    [this.#isLooking, this.#isWanted] = [true, false];
    const beganAt = this.#clock.now();
    const view = await this.#store
      .list(this.#prefix, this.#times.timeoutMs)
      .then(
        ({ entries }): View => ({ beganAt, entries: new Map(entries.map((entry) => [entry.key, entry])) }),
        unknownBecause,
      );
    this.#isLooking = false;
    if (this.#isOver) return;
    this.#last = view;
    if (isUnknown(view)) this.#silentSince ??= beganAt;
    else [this.#known, this.#silentSince] = [view, null];
    this.#lookIn(this.#isWanted ? 0 : this.#times.everyMs);
    this.#seen(view);
  }
}
