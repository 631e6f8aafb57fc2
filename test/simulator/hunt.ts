// Tells the stories of many seeds, in as many threads as there are processors.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Fault } from './faults/putBack.ts';

export interface Hunt {
  /** The first and the last seed. */
  readonly from: number;
  readonly to: number;
  /** A fault to be put back first. */
  readonly fault: Fault | null;
  /** It ends when so many are found that break a promise. */
  readonly mostFound: number;
}

export interface Broken {
  readonly seed: number;
  readonly violations: readonly string[];
}

export interface Found {
  /** Null: it ended before all were told. */
  readonly stories: number | null;
  readonly broken: readonly Broken[];
}

/** @param threads default: as many as there are processors, and not more than four */
export async function hunt(task: Hunt, threads = Math.min(4, availableParallelism())): Promise<Found> {
  const broken: Broken[] = [];
  const workers = Array.from({ length: threads }, (_, index) => {
    const workerData = { ...task, from: task.from + index, stride: threads };
    return new Worker(new URL('hunter.ts', import.meta.url), { workerData });
  });
  const told = workers.map(
    (worker) =>
      new Promise<number | null>((resolve, reject) => {
        worker.on('message', (message: number | Broken) => {
          if (typeof message === 'number') resolve(message);
          else if (broken.push(message) === task.mostFound) for (const one of workers) void one.terminate();
        });
        worker.once('error', reject);
        // Only where it was told to end: then what it has told before counts, and no number comes.
        worker.once('exit', () => resolve(null));
      }),
  );
  const counts = await Promise.all(told);
  const stories = counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
  return { stories, broken: broken.sort((one, other) => one.seed - other.seed) };
}
