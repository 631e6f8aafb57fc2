// Time as the end of a lease needs it. Types only.

export interface LeaseClock {
  /** Milliseconds since this machine was started; goes on while it sleeps (CLOCK_BOOTTIME). */
  now(): number;
  /**
   * Calls when `now()` has reached the moment, in a quarter of a second at most also after the machine has slept; never
   * before it returns. @returns calls it off
   */
  at(moment: number, call: () => void): () => void;
}
