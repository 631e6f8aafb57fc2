// Usage: cli.ts SEED [FAULT] tells the story of that seed; cli.ts FROM-TO [FAULT] tells which of these break a promise.
// FAULT: one of faults/putBack.ts, which the product is given back for it.
import { faults, putBack, type Fault } from './faults/putBack.ts';
import { hunt } from './hunt.ts';

const [which = '', faultName = ''] = process.argv.slice(2);
const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(which) ?? [];
const fault = faults.find((one) => one === faultName) ?? null;
if (first === undefined || (faultName !== '' && fault === null)) {
  console.error(`usage: cli.ts SEED|FROM-TO [${faults.join('|')}]`);
  process.exitCode = 2;
} else {
  process.exitCode = (await (last === undefined ? one(Number(first), fault) : many(Number(first), Number(last), fault)))
    ? 0
    : 1;
}

async function one(seed: number, fault: Fault | null): Promise<boolean> {
  if (fault !== null) putBack(fault);
  // Only now: a fault takes the place of what is not loaded yet.
  const { tell } = await import('./simulate.ts');
  const { story, violations } = await tell(seed);
  console.log(story?.join('\n'));
  return violations.length === 0;
}

async function many(from: number, to: number, fault: Fault | null): Promise<boolean> {
  const began = performance.now();
  const { stories, broken } = await hunt({ from, to, fault, mostFound: 10 });
  for (const { seed, violations } of broken) console.log(`seed ${seed}: ${violations.join('; ')}`);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const told = stories === null ? 'ended early' : `${stories} stories`;
  console.log(`${told}: ${broken.length} broke a promise, in ${seconds} s`);
  return broken.length === 0;
}
