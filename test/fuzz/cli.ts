// More of it than the tests have time for: make fuzz [INPUTS=100000] [SEED=1] [TARGET=journal]
import { allTargets } from './allTargets.ts';
import { fuzz } from './fuzz.ts';

const [inputs = '100000', seed = '1', only = ''] = process.argv.slice(2);
let found = 0;
for (const target of allTargets) {
  if (!target.name.includes(only)) continue;
  const began = performance.now();
  const { findings, kept, places, ...tried } = await fuzz(target, Number(inputs), Number(seed));
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `${target.name}: ${tried.inputs} inputs, ${kept} kept, ${places} places, ${findings.length} findings, ${seconds} s`,
  );
  for (const { what, input } of findings) console.log(`  ${what}\n    ${JSON.stringify(input).slice(0, 1_000)}`);
  found += findings.length;
}
process.exitCode = found === 0 ? 0 : 1;
