// In a real bash; zsh is not on every machine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commandTable, type CommandFacts } from '../../../build/commandTable.ts';
import { bashCompletion, completedNames, zshCompletion } from '../../../build/completion.ts';

const common = ['-h', '--help', '-V', '--version'];

function complete(script: string, ...words: readonly string[]): string[] {
  const ask = [
    'eval "$(cat)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))',
    '_mha_helper "$1" "${!#}" "${COMP_WORDS[COMP_CWORD-1]}"',
    `printf '%s\\n' "\${COMPREPLY[@]}"`,
  ].join('\n');
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
    'help',
    'version',
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
  assert.deepEqual(complete(script, 'mha-helper', 'help', 'monitor', ''), ['run', 'start']);
  assert.deepEqual(complete(script, 'mha-helper', 'help', 'mon'), ['monitor']);
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

const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-completion-'));
after(() => rmSync(scratch, { recursive: true }));
writeFileSync(
  join(scratch, 'one.cnf'),
  '[server default]\nuser=mha\n[server1]\nhostname=db10\n[server2]\n hostname = db11 # x\n',
);
writeFileSync(join(scratch, 'two.conf'), '[server1]\nhostname=web20\n');
writeFileSync(join(scratch, 'notes.txt'), 'hostname=nobody\n');
const [one, two] = [join(scratch, 'one.cnf'), join(scratch, 'two.conf')];
const own = bashCompletion(commandTable(), undefined, scratch);

test('bash: -c offers the names of the clusters, and their files once a path is typed', () => {
  assert.deepEqual(complete(own, 'mha-helper', 'undo', '-c', ''), ['one', 'two']);
  assert.deepEqual(complete(own, 'mha-helper', 'undo', '-c', 't'), ['two']);
  assert.deepEqual(complete(own, 'mha-helper', 'undo', '--conf', '=', `${scratch}/t`), [two]);
  assert.deepEqual(complete(own, 'mha-helper', 'undo', '--conf', '='), ['one', 'two']);
  assert.deepEqual(complete(own, 'mysql_failover', '-c', `${scratch}/o`), [one]);
});

test('bash: hosts are those of the cluster that is given, or of all', () => {
  assert.deepEqual(complete(own, 'mha-helper', 'vip', 'assign', '-c', one, ''), ['db10', 'db11']);
  assert.deepEqual(complete(own, 'mha-helper', 'vip', 'assign', '-c', 'one', ''), ['db10', 'db11']);
  assert.deepEqual(complete(own, 'mha-helper', 'vip', 'assign', '-c', 'two.conf', ''), ['web20']);
  assert.deepEqual(complete(own, 'mha-helper', 'vip', 'assign', '-c', 'none', ''), []);
  assert.deepEqual(complete(own, 'mha-helper', 'vip', 'assign', ''), ['db10', 'db11', 'web20']);
  assert.deepEqual(complete(own, 'mha-helper', 'vip', 'release', 'w'), ['web20']);
  assert.deepEqual(complete(own, 'mha-helper', 'failover', '-c', one, '--dead', ''), ['db10', 'db11']);
  assert.deepEqual(complete(own, 'mha-helper', 'failover', '--conf', '=', two, '--to', '=', ''), ['web20']);
  assert.deepEqual(complete(own, 'mysql_failover', '-c', one, '-d', 'db1'), ['db10', 'db11']);
  assert.deepEqual(complete(own, 'mha-helper', 'config', 'db'), ['db10', 'db11']);
});

test('bash: without any cluster there is nothing to offer, and no error', () => {
  const nowhere = bashCompletion(commandTable(), undefined, '/not/there');
  assert.deepEqual(complete(nowhere, 'mha-helper', 'vip', 'assign', ''), []);
  assert.deepEqual(complete(nowhere, 'mha-helper', 'undo', '-c', ''), []);
});

test('bash: report has --flush', () => {
  assert.deepEqual(complete(own, 'mha-helper', 'report', '--f'), ['--flush']);
  assert.deepEqual(complete(own, 'master_failover_report', '--f'), ['--flush']);
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
  assert.ok(
    text.includes(`'monitor'|'help monitor') choices=('run:it'\\''s monitor run' 'start:it'\\''s monitor start') ;;`),
  );
  assert.ok(text.includes(`'(-c --conf)--conf=[a \\[file\\]\\: it'\\''s MHA'\\''s]:value:_mha_helper_clusters'`));
  assert.ok(text.includes("mysql_online_failover) said=('monitor' 'run') ;;"));
});

test('zsh: hosts and clusters where they are wanted', () => {
  const text = zshCompletion();
  assert.match(text, /'1:HOST:_mha_helper_hosts'/);
  assert.match(text, /--dead=\[[^\]]*\]:HOST:_mha_helper_hosts'/);
  assert.match(text, /--metrics=\[[^\]]*\]:ADDRESS\\:PORT:_files'/);
  assert.match(text, /--conf=\[[^\]]*\]:CLUSTER:_mha_helper_clusters'/);
});
