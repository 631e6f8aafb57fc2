// A thread that tells stories until one breaks a promise. What it is to do stands in its workerData.
import { parentPort, workerData } from 'node:worker_threads';
import type { Hunt, Found } from './hunt.ts';
import { putBack } from './faults/putBack.ts';

const { from, to, stride, fault, mostFound } = workerData as Hunt & { readonly stride: number };
if (fault !== null) putBack(fault);
// Only now: a fault takes the place of what is not loaded yet.
const { simulate } = await import('./simulate.ts');

function* seeds(): Generator<number> {
  for (let seed = from; seed <= to; seed += stride) yield seed;
}

const found: Found['broken'][number][] = [];
let stories = 0;
await simulate(seeds(), false, ({ seed, violations }) => {
  stories += 1;
  if (violations.length > 0) found.push({ seed, violations });
  return found.length < mostFound;
});
parentPort?.postMessage({ stories, broken: found } satisfies Found);
