import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandHelp, groupHelp, overview, shortHelp } from '../../../src/commandLine/helpText.ts';
import { facts, table } from './cases.ts';

const look = { version: '1.2.3', colored: false };
const vip = table.filter(({ words }) => words[0] === 'vip');

const pages = [
  ['help', overview(table, look)],
  ['no command', shortHelp(table, look)],
  ['vip', groupHelp(vip, look)],
  ...table.map((one) => [one.words.join(' '), commandHelp(one, [], look)] as const),
] as const;

for (const [name, page] of pages) {
  test(`the help of ${name} fits 80 columns, and says VALUE and backquotes nowhere`, () => {
    const long = page.split('\n').filter((line) => line.length > 80);
    assert.deepEqual(long, []);
    assert.doesNotMatch(page, /VALUE|`|undefined/);
    assert.match(page, /[^\n]\n$/);
  });
}

test('all commands, those for operators first, the hooks last', () => {
  const page = overview(table, look);
  const places = ['For operators', '  check ', 'Keeping MHA running', '  monitor run ', 'Hooks that MHA calls'].map(
    (text) => page.indexOf(text),
  );
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
  assert.ok(places.every((place) => place > 0));
  for (const { words } of table) assert.match(page, new RegExp(`^  ${words.join(' ')} `, 'm'));
});

test('without a command: one line for each first word, and no hooks', () => {
  const page = shortHelp(table, look);
  assert.match(page, /^ {2}vip +show, assign, release$/m);
  assert.match(page, /^ {2}monitor +run, start, stop, restart, status, unblock$/m);
  assert.match(page, /mha-helper help lists all commands/);
  assert.doesNotMatch(page, /hard-failover|install-node/);
});

test('a group: usage and purpose of each of its commands', () => {
  const page = groupHelp(vip, look);
  for (const { synopsis } of vip) assert.ok(page.includes(`  ${synopsis}\n`), synopsis);
  assert.match(page, /mha-helper vip COMMAND --help/);
});

test('a command: usage with its options, those of every command, examples that can be copied', () => {
  const page = commandHelp(facts('monitor run'), [], look);
  assert.match(page, /^Keep masterha_manager running for these clusters, in the foreground\.\n\nUsage\n/);
  assert.match(page, /^ {2}-c, --conf CLUSTER +a cluster: its name, or the path/m);
  assert.match(page, /^ {2}--metrics ADDRESS:PORT +answer Prometheus/m);
  assert.match(page, /^ {2}-h, --help +/m);
  assert.match(commandHelp(facts('report'), [], look), /--new_master_host=db11 \\\n {4}--new_slave_hosts/);
});

test('a command that is a group too shows the usage of the others', () => {
  const page = commandHelp(facts('mha'), [facts('mha install-node')], look);
  assert.match(
    page,
    /Usage\n {2}mha-helper mha PROGRAM \[ARGUMENT\.\.\.\]\n {2}mha-helper mha install-node \[-c CLUSTER\]\n/,
  );
});

test('headings are bold where there are colours', () => {
  assert.match(overview(table, { ...look, colored: true }), /\u001b\[1mFor operators\u001b\[22m\n/);
});
