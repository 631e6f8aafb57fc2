import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../context/Context.ts';

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sinceBoot: () => Number(process.hrtime.bigint() / 1_000_000n),
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node's own error says only that it was aborted; the reason says by what.
      signal?.throwIfAborted();
      throw error;
    }
  },
};
