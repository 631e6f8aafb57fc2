import type { Clock } from '../../src/context/Context.ts';

/** A clock that only moves when somebody sleeps (or a test says so): waits take no time, and deadlines are exact. */
export class FakeClock implements Clock {
  #ms = 0;

  now(): Date {
    return new Date(Date.UTC(2026, 0, 31, 3, 0, 0) + this.#ms);
  }

  monotonic(): number {
    return this.#ms;
  }

  sinceBoot(): number {
    return 1_000_000 + this.#ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    this.#ms += ms;
    return Promise.resolve();
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}
