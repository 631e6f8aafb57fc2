// MHA waits for a hook for ever, so each run has a budget of time. Every call to a server or a host asks it for its
// limit: no call can outlast the run. Undoing gets a budget of its own, because a run that has used up its time must
// still undo.
import { Failure } from '../errors/errors.ts';
import type { Clock } from './Context.ts';

export class Budget {
  readonly #clock: Clock;
  #endsAt: number;
  #total: number;
  #what: string;
  readonly #hint: string;

  constructor(clock: Clock, what: string, totalMs: number, hint = 'find out what is slow, or raise run_timeout') {
    this.#hint = hint;
    this.#clock = clock;
    this.#what = what;
    this.#total = totalMs;
    this.#endsAt = clock.monotonic() + totalMs;
  }

  /** Starts a new budget for undoing. @returns goes back to what was left before, for a run that goes on */
  beginUndo(totalMs: number): () => void {
    const before = { what: this.#what, total: this.#total, endsAt: this.#endsAt };
    this.#what = `undoing of ${this.#what}`;
    this.#total = totalMs;
    this.#endsAt = this.#clock.monotonic() + totalMs;
    return () => {
      this.#what = before.what;
      this.#total = before.total;
      this.#endsAt = before.endsAt;
    };
  }

  /** What is left of the run, in ms; not below 0. */
  left(): number {
    return Math.max(0, this.#endsAt - this.#clock.monotonic());
  }

  /**
   * The limit for one call: `atMostMs`, or what is left of the run.
   * @throws Failure `deadline` when nothing is left.
   */
  limit(atMostMs: number): number {
    const left = this.#endsAt - this.#clock.monotonic();
    if (left <= 0) {
      throw new Failure('deadline', `${this.#what} has used up its ${this.#total / 1000} s`, { hint: this.#hint });
    }
    return Math.min(atMostMs, left);
  }
}
