import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionSpelling } from '../../../src/commandLine/commandFacts.ts';
import { valueNames } from '../../../src/commandLine/valueNames.ts';
import { facts, table } from './cases.ts';

for (const [path, synopsis] of [
  ['config', 'mha-helper config [HOST] [-c CLUSTER] [--json]'],
  ['undo', 'mha-helper undo [-c CLUSTER] [--without HOST]'],
  ['vip assign', 'mha-helper vip assign HOST [-c CLUSTER] [--force]'],
  ['status', 'mha-helper status [-c CLUSTER] [--watch[=SECONDS]] [--json]'],
  ['check', 'mha-helper check [-c CLUSTER] [--quick] [--json]'],
  [
    'monitor restart',
    'mha-helper monitor restart [-c CLUSTER] [--all[=DIRECTORY]] [--wait SECONDS] [--metrics ADDRESS:PORT] ' +
      '[--log-file FILE]',
  ],
  ['report', 'mha-helper report --flush | --orig_master_host=HOST --conf=FILE --subject=TEXT --body=TEXT ...'],
  ['mha', 'mha-helper mha PROGRAM [ARGUMENT...]'],
] as const) {
  test(`usage: ${synopsis}`, () => {
    assert.equal(facts(path).synopsis, synopsis);
  });
}

test('every option with a value has a name for it, and none is VALUE', () => {
  for (const { words, options } of table) {
    for (const option of options)
      assert.equal(
        option.takesValue && option.valueName === undefined,
        false,
        `${words.join(' ')} ${optionSpelling(option)}`,
      );
  }
  const used = new Set(table.flatMap(({ options }) => options.map(({ names }) => names.at(-1) ?? '')));
  assert.deepEqual(
    Object.keys(valueNames).filter((name) => !used.has(name)),
    [],
  );
});

test('an option that finds its place among the arguments of a hook is an option too', () => {
  assert.deepEqual(facts('report').options.map(optionSpelling), ['--flush']);
});

test('spellings: with a value, with a value that may be left out, without', () => {
  const spelled = facts('monitor stop').options.map(optionSpelling);
  assert.deepEqual(spelled, ['-c, --conf CLUSTER', '--all[=DIRECTORY]', '--wait SECONDS', '--abort']);
});
