import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknownCommand, wrongArguments } from '../../../src/commandLine/usageErrors.ts';
import { errorLine } from '../../../src/errors/message.ts';
import { facts } from './cases.ts';

for (const [words, line] of [
  [['fialover'], 'unknown command "fialover"; did you mean failover?'],
  [['cofnig'], 'unknown command "cofnig"; did you mean config?'],
  [['verison'], 'unknown command "verison"; did you mean version?'],
  [['frobnicate'], 'unknown command "frobnicate" -- see mha-helper help'],
  [['vip'], 'vip: missing subcommand: show, assign or release -- see mha-helper vip --help'],
  [
    ['monitor', '--conf=a'],
    'monitor: missing subcommand: run, start, stop, restart, status or unblock -- see mha-helper monitor --help',
  ],
  [['vip', 'shwo'], 'vip: unknown subcommand "shwo"; did you mean show?'],
  [['vip', 'banana'], 'vip: unknown subcommand "banana": show, assign or release -- see mha-helper vip --help'],
  [['--password=secret'], 'a command must come before the option --password -- see mha-helper help'],
] as const) {
  test(`mha-helper ${words.join(' ')}: ${line}`, () => {
    assert.equal(errorLine(unknownCommand(words)), line);
    assert.equal(unknownCommand(words).exitCode, 2);
  });
}

for (const [path, args, line] of [
  ['failover', ['--dry-rnu'], 'failover: unknown option --dry-rnu; did you mean --dry-run?'],
  ['config', ['--all'], 'config: unknown option --all -- see mha-helper config --help'],
  ['undo', ['-x'], 'undo: unknown option -x -- see mha-helper undo --help'],
  ['undo', ['--password=secret'], 'undo: unknown option --password -- see mha-helper undo --help'],
  ['undo', ['--hepl'], 'undo: unknown option --hepl; did you mean --help?'],
  ['undo', ['-c'], 'undo: -c needs a value: -c CLUSTER -- see mha-helper undo --help'],
  ['undo', ['--conf', '--force'], 'undo: unknown option --force -- see mha-helper undo --help'],
  ['check', ['--quick=yes'], 'check: --quick takes no value -- see mha-helper check --help'],
  [
    'vip assign',
    ['-c', 'a.cnf'],
    "vip assign: HOST is missing (hostname in MHA's configuration, e.g. db10) -- see mha-helper vip assign --help",
  ],
  [
    'config',
    ['db10', 'db11'],
    'config: unexpected argument "db11"; the usage is mha-helper config [HOST] [-c CLUSTER] [--json]' +
      ' -- see mha-helper config --help',
  ],
] as const) {
  test(`${path} ${args.join(' ')}: ${line}`, () => {
    assert.equal(errorLine(wrongArguments(facts(path), args, 'Something.')), line);
  });
}

test("what no rule knows is told in clipanion's words", () => {
  const failure = wrongArguments(facts('undo'), ['-c', 'a.cnf'], 'Ambiguous Syntax.');
  assert.equal(errorLine(failure), 'undo: ambiguous Syntax -- see mha-helper undo --help');
});
