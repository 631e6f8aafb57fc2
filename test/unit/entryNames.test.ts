import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from '../../src/cli.ts';
import { entryNames, wordsOfCall, wordsOfName } from '../../src/entryNames.ts';

const paths = commands.map(({ path }) => path);

for (const { name, words } of entryNames) {
  test(`${name} stands for a command that exists`, () => {
    assert.ok(
      paths.some((path) => words.join(' ').startsWith(path) || path.startsWith(`${words.join(' ')} `)),
      `${words.join(' ')} is none of: ${paths.join(', ')}`,
    );
  });
}

test('a name is found by its last part, however the program was called', () => {
  assert.deepEqual(wordsOfName('/usr/bin/master_ip_hard_failover_helper'), ['hard-failover']);
  assert.deepEqual(wordsOfName('./master_ip_online_failover_helper'), ['online-failover']);
  assert.deepEqual(wordsOfName('master_failover_report'), ['report']);
});

for (const [args, words] of [
  [
    ['--conf=/etc/mha/a.cnf', 'start'],
    ['monitor', 'start', '--conf=/etc/mha/a.cnf'],
  ],
  [
    ['--conf', 'start', 'stop'],
    ['monitor', 'stop', '--conf', 'start'],
  ],
  [
    ['status', '--conf=/etc/mha/a.cnf', '--json'],
    ['monitor', 'status', '--conf=/etc/mha/a.cnf', '--json'],
  ],
  [['--help'], ['monitor', '--help']],
] as const) {
  test(`mha_manager_daemon ${args.join(' ')}, as the Python helper was called, is ${words.join(' ')}`, () => {
    assert.deepEqual(wordsOfCall('/usr/bin/mha_manager_daemon', args), words);
  });
}

test('a verb among the arguments of other names stays where it is', () => {
  assert.deepEqual(wordsOfCall('/usr/bin/mha-helper', ['monitor', '--conf=a', 'start']), [
    'monitor',
    '--conf=a',
    'start',
  ]);
});

test("the program's own name and other names add nothing", () => {
  for (const path of ['/usr/bin/mha-helper', 'mha-helper', '', '/report/', 'master_ip_hard_failover_helper.bak']) {
    assert.deepEqual(wordsOfName(path), []);
  }
});

test('every command has a path by which it is found, a usage and a category; no two have the same path', async () => {
  assert.equal(new Set(paths).size, commands.length);
  for (const { path, load } of commands) {
    const command = await load();
    assert.equal(command.paths?.[0]?.join(' '), path);
    assert.ok(command.usage?.description && command.usage.category, path);
  }
});
