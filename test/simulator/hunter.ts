// A thread that tells stories, and posts each that breaks a promise; at its end the number of those that it has told.
// What it is to do stands in its workerData.
import { parentPort, workerData } from 'node:worker_threads';
import type { Hunt } from './hunt.ts';
import { putBack } from './faults/putBack.ts';

const { from, to, stride, fault } = workerData as Hunt & { readonly stride: number };
if (fault !== null) putBack(fault);
// Only now: a fault takes the place of what is not loaded yet.
const { simulate } = await import('./simulate.ts');

function* seeds(): Generator<number> {
  for (let seed = from; seed <= to; seed += stride) yield seed;
}

let stories = 0;
await simulate(seeds(), ({ seed, violations }) => {
  stories += 1;
  if (violations.length > 0) parentPort?.postMessage({ seed, violations });
});
parentPort?.postMessage(stories);
