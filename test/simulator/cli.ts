// Usage: cli.ts SEED: tells that story. cli.ts FROM-TO: tells those that break a promise.
import { simulate, tell } from './simulate.ts';

const [from = 1, to] = (process.argv[2] ?? '').split('-').map(Number);
if (to === undefined) {
  const { story, violations } = await tell(from);
  console.log(story?.join('\n'));
  process.exitCode = violations.length === 0 ? 0 : 1;
} else {
  const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const began = performance.now();
  const found = (await simulate(seeds)).filter(({ violations }) => violations.length > 0);
  for (const { seed, violations } of found) console.log(`seed ${seed}: ${violations.join('; ')}`);
  console.log(`${seeds.length} stories, ${found.length} broken promises, ${Math.round(performance.now() - began)} ms`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
