import type { LeaseClock } from '../../src/context/LeaseClock.ts';

/** Moves only when a test says so; what is due is then called in order, and promises may settle in between. */
export class FakeLeaseClock implements LeaseClock {
  #ms = 5_000_000;
  readonly #due = new Set<{ readonly moment: number; readonly call: () => void }>();

  now(): number {
    return this.#ms;
  }

  at(moment: number, call: () => void): () => void {
    const entry = { moment, call };
    this.#due.add(entry);
    return () => void this.#due.delete(entry);
  }

  async advance(ms: number): Promise<void> {
    const end = this.#ms + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#ms = Math.max(this.#ms, next.moment);
      this.#due.delete(next);
      next.call();
      await settled();
    }
    this.#ms = end;
  }

  /** The process is stopped: time goes on, and nothing is called. */
  leap(ms: number): void {
    this.#ms += ms;
  }

  #next(end: number): { readonly moment: number; readonly call: () => void } | undefined {
    return [...this.#due].filter(({ moment }) => moment <= end).sort((a, b) => a.moment - b.moment)[0];
  }
}

/** All that is ready to go on has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
