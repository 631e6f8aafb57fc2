// Virtual time: what will happen stands in one queue, and promises settle after each of it.
import { Schedule } from '../schedule.ts';
import type { Dice } from '../dice.ts';

export class SimTime {
  readonly #schedule: Schedule;

  constructor(dice: Dice) {
    this.#schedule = new Schedule(() => dice.next());
  }

  /** In ms since the beginning of the world. */
  get now(): number {
    return this.#schedule.now;
  }

  in(ms: number, call: () => void): void {
    this.#schedule.add(ms, () => {
      call();
      return true;
    });
  }

  async runTo(end: number): Promise<void> {
    while (this.#schedule.now < end && this.#schedule.step()) await new Promise(setImmediate);
  }
}
