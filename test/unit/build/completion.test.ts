// In a real bash; zsh is not on every machine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { commandTable, type CommandFacts } from '../../../build/commandTable.ts';
import { bashCompletion, completedNames, zshCompletion } from '../../../build/completion.ts';

const common = ['-h', '--help', '--version'];

function complete(script: string, ...words: readonly string[]): string[] {
  const ask =
    `eval "$(cat)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mha_helper "$1" "\${!#}" ` +
    `"\${COMP_WORDS[COMP_CWORD-1]}"; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const answer = execFileSync('bash', ['--norc', '-euc', ask, 'bash', ...words], { input: script, encoding: 'utf8' });
  return answer.split('\n').filter((line) => line !== '');
}

const facts = (words: string, ...options: CommandFacts['options']): CommandFacts => ({
  words: words.split(' '),
  synopsis: '',
  category: '',
  description: `it's ${words}`,
  details: [],
  options,
  examples: [],
});
const conf = { names: ['-c', '--conf'], takesValue: true, description: "a [file]: it's MHA's" };
const all = { names: ['--all'], takesValue: false, description: 'all' };
const table = [facts('status'), facts('monitor run', conf, all), facts('monitor start', conf)];
const typed = [{ name: 'mysql_online_failover', words: ['monitor', 'run'] }];
const script = bashCompletion(table, typed);

test('bash: the commands of the executable, and the options of each', () => {
  const own = bashCompletion();
  assert.deepEqual(complete(own, 'mha-helper', ''), [
    ...new Set(commandTable().map(({ words }) => words[0] ?? '')),
    ...common,
  ]);
  for (const { words, options } of commandTable()) {
    assert.deepEqual(
      complete(own, 'mha-helper', ...words, '-'),
      [...options.flatMap(({ names }) => names), ...common],
      words.join(' '),
    );
  }
});

test('bash: commands of two words, word by word', () => {
  assert.deepEqual(complete(script, 'mha-helper', 'mon'), ['monitor']);
  assert.deepEqual(complete(script, 'mha-helper', 'monitor', ''), ['run', 'start']);
  assert.deepEqual(complete(script, 'mha-helper', 'monitor', 'run', '--'), ['--conf', '--all', '--help', '--version']);
  assert.deepEqual(complete(script, 'mha-helper', 'monitor', 'start', '--conf', 'x', '--a'), []);
});

test('bash: values and arguments are left to the names of files', () => {
  for (const words of [
    ['monitor', 'run', '-c', ''],
    ['monitor', 'run', '-c', '-'],
    ['status', 'x'],
    ['monitor', 'run', 'extra', ''],
  ]) {
    assert.deepEqual(complete(script, 'mha-helper', ...words), [], words.join(' '));
  }
});

test('bash: a symlink has the options of what it stands for', () => {
  assert.deepEqual(completedNames(typed), ['mha-helper', 'mysql_online_failover']);
  assert.deepEqual(complete(script, '/usr/bin/mysql_online_failover', '--'), [
    '--conf',
    '--all',
    '--help',
    '--version',
  ]);
});

test('bash: an unknown command has nothing to offer, and is no error', () => {
  assert.deepEqual(complete(script, 'mha-helper', 'nonsense', ''), []);
  assert.deepEqual(complete(script, 'mha-helper', 'monitor', 'nonsense', ''), []);
});

test('zsh: the same names, words and options, quoted', () => {
  const text = zshCompletion(table, typed);
  assert.match(text, /^#compdef mha-helper mysql_online_failover\n/);
  assert.ok(text.includes(`'monitor') choices=('run:it'\\''s monitor run' 'start:it'\\''s monitor start') ;;`));
  assert.ok(text.includes(`'(-c --conf)--conf=[a \\[file\\]\\: it'\\''s MHA'\\''s]:value:_files'`));
  assert.ok(text.includes("mysql_online_failover) said=('monitor' 'run') ;;"));
});
