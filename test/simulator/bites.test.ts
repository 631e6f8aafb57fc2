// That the simulator finds something where there is something: faults that the product had are put back, one at a time.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Fault } from './faults/putBack.ts';
import { hunt } from './hunt.ts';

const stories = 20_000;

async function storyOf(seed: number, fault: Fault): Promise<string> {
  const cli = fileURLToPath(new URL('cli.ts', import.meta.url));
  const ended = (error: { stdout: string }): { stdout: string } => error;
  const { stdout } = await promisify(execFile)(process.execPath, [cli, String(seed), fault]).catch(ended);
  return stdout;
}

async function seedThatFinds(fault: Fault, what: RegExp): Promise<number> {
  const { broken } = await hunt({ from: 1, to: stories, fault, mostFound: 1 });
  const [first] = broken;
  assert.ok(first !== undefined, `${fault} is not found in ${stories} stories`);
  assert.match(first.violations.join('; '), what);
  return first.seed;
}

test('undo beside a third server that takes writes', async () => {
  const what = /opened beside another|two writable|on two hosts|acknowledged writes of/;
  await seedThatFinds('undo-beside-third', what);
});

test('a network that cannot be asked is taken for one where nobody has the address', async () => {
  await seedThatFinds(
    'unknown-as-no',
    /two writable servers behind the address|the address is on two hosts|acknowledged writes of/,
  );
});

test('a journal that ends in half a line, and the story can be told again', async () => {
  const seed = await seedThatFinds(
    'torn-journal',
    /^undo \[\d+\] ended, but db1\d is closed, and no server takes writes/,
  );
  assert.match(await storyOf(seed, 'torn-journal'), /there is nothing to undo\n.*is done\n.*VIOLATION: undo /);
});
