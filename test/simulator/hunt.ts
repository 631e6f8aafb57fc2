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
  /** A thread ends when it has found so many. */
  readonly mostFound: number;
}

export interface Found {
  readonly stories: number;
  readonly broken: readonly { readonly seed: number; readonly violations: readonly string[] }[];
}

/** @param threads default: as many as there are processors, and not more than four */
export async function hunt(task: Hunt, threads = Math.min(4, availableParallelism())): Promise<Found> {
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, index) => part({ ...task, from: task.from + index, stride: threads })),
  );
  return {
    stories: parts.reduce((sum, { stories }) => sum + stories, 0),
    broken: parts.flatMap(({ broken }) => broken).sort((one, other) => one.seed - other.seed),
  };
}

function part(workerData: Hunt & { stride: number }): Promise<Found> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('hunter.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread of the simulator left with ${code}`)));
  });
}
