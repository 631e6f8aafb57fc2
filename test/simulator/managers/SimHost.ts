// A manager host: a clock of its own, which runs a little too fast or too slow, and a process that may be stopped. What
// is due then waits, and comes in no particular order when it goes on.
import type { LeaseClock } from '../../../src/context/LeaseClock.ts';
import type { Dice } from '../dice.ts';
import type { SimTime } from './SimTime.ts';

export class SimHost implements LeaseClock {
  readonly #time: SimTime;
  readonly #dice: Dice;
  #offset: number;
  #rate: number;
  #waiting: (() => void)[] = [];
  #isStopped = false;
  isDead = false;
  isCutOff = false;

  constructor(time: SimTime, dice: Dice) {
    [this.#time, this.#dice] = [time, dice];
    this.#offset = dice.between(1e5, 1e9);
    this.#rate = dice.between(0.995, 1.005);
  }

  /** In hundredths of a second, as the kernel tells it. */
  now(): number {
    return Math.floor((this.#offset + this.#time.now * this.#rate) / 10) * 10;
  }

  at(moment: number, call: () => void): () => void {
    let isOff = false;
    const look = (): void => {
      if (isOff) return;
      if (this.now() >= moment) call();
      else wait();
    };
    const wait = (): void => this.#time.in((moment - this.now()) / this.#rate + 1, () => this.hear(look));
    wait();
    return () => {
      isOff = true;
    };
  }

  /** Another process on the same host. */
  again(): SimHost {
    const other = new SimHost(this.#time, this.#dice);
    [other.#offset, other.#rate, other.isCutOff] = [this.#offset, this.#rate, this.isCutOff];
    return other;
  }

  /** As a clock that stands still while the machine sleeps. */
  setBack(ms: number): void {
    this.#offset -= ms;
  }

  /** Something reaches the process. */
  hear(what: () => void): void {
    if (this.isDead) return;
    if (this.#isStopped) this.#waiting.push(what);
    else what();
  }

  stop(): void {
    this.#isStopped = true;
  }

  goOn(): void {
    this.#isStopped = false;
    for (const what of this.#waiting.sort(() => this.#dice.next() - 0.5))
      this.#time.in(this.#dice.between(0, 5), () => this.hear(what));
    this.#waiting = [];
  }
}
