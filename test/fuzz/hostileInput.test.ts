// Some seconds of `make fuzz`: the same inputs each time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCluster } from '../../src/config/validate.ts';
import { Failure } from '../../src/errors/errors.ts';
import { readApplicationConfig } from '../../src/mha/applicationConfig.ts';
import { allTargets } from './allTargets.ts';
import { fuzz } from './fuzz.ts';
import type { Target } from './Target.ts';

const inputs = 3_000;

for (const target of allTargets) {
  test(`${target.name}: no defect, nothing slow, nothing quoted wrongly`, async () => {
    assert.deepEqual((await fuzz(target, inputs, 16)).findings, []);
  });
}

test('the fuzzer finds what it is there for, and keeps what leads further', async () => {
  const broken: Target = {
    name: 'broken',
    seeds: ['abc'],
    dictionary: ['deep'],
    read(input) {
      if (input.includes('deep') && input.includes("'")) throw new TypeError(`odd: ${input}`);
      if (input.startsWith('a')) throw new Failure('config', 'as it should be');
      if (input.endsWith('\n')) throw new Failure('config', 'two\u0007lines');
    },
  };
  const { findings, inputs: tried } = await fuzz(broken, 5_000, 1);
  assert.ok(tried >= 5_000);
  assert.match(findings.map(({ what }) => what).join(' '), /TypeError: odd: /);
});

/** Processor time, in ms. */
function costOf(read: () => unknown): number {
  const before = process.cpuUsage();
  read();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('a configuration of 40,000 sections is refused, of either kind, and takes less than a second', () => {
  const many = (line: (number: number) => string): string =>
    Array.from({ length: 40_000 }, (_, number) => line(number)).join('');
  const own = '[default]\n' + many((number) => `[db${number}]\n`);
  assert.ok(costOf(() => readCluster('/c.conf', own)) < 1_000);
  const { cluster, problems } = readCluster('/c.conf', own);
  assert.equal(cluster, undefined);
  assert.match(problems.map(({ text }) => text).join(), /^there are 40001 sections, and a cluster has at most 1000$/);
  const ofMha = '[server default]\nuser=a\n' + many((number) => `[server${number}]\nhostname=db${number}\n`);
  const read = (): unknown => readApplicationConfig({ path: '/app.cnf', text: ofMha });
  assert.throws(read, /it has \d+ characters, and a configuration has at most 1048576/);
  assert.ok(costOf(() => assert.throws(read)) < 1_000);
});

test('a line of blanks, of brackets or of one long word costs nothing', () => {
  const long = 100_000;
  for (const line of [
    `[${' '.repeat(long)}a`,
    `${' '.repeat(long)}a`,
    '['.repeat(long),
    `a${' '.repeat(long)}=`,
    'a'.repeat(long),
  ]) {
    assert.ok(costOf(() => readCluster('/c.conf', `[default]\n${line}\n${line} = 1\n`)) < 1_000);
    assert.ok(costOf(() => assert.throws(() => readApplicationConfig({ path: '/a', text: `[a]\n${line}\n` }))) < 1_000);
  }
});
