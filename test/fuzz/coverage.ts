// Which parts of the sources have run since the last look: V8's block coverage, without any change to the sources.
import { Session } from 'node:inspector';

interface Taken {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
    }[];
  }[];
}

export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** How many places of src/ ran now for the first time. */
  fresh(): number {
    let taken: Taken = { result: [] };
    this.#session.post('Profiler.takePreciseCoverage', (_error, result) => {
      taken = result;
    });
    const before = this.#seen.size;
    for (const { url, functions } of taken.result) {
      if (!url.includes('/src/')) continue;
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0) this.#seen.add(`${url}:${startOffset}-${endOffset}`);
    }
    return this.#seen.size - before;
  }

  get places(): number {
    return this.#seen.size;
  }

  end(): void {
    this.#session.disconnect();
  }
}
