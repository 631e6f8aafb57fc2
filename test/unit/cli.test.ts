// Whole calls, without the outside.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { runCli } from '../../src/cli.ts';
import type { Context } from '../../src/context/Context.ts';
import { entryNames, wordsOfCall } from '../../src/entryNames.ts';
import { fakeTools } from '../doubles/tools.ts';

async function call(...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const into = (name: keyof typeof said): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said[name] += chunk.toString();
        done();
      },
    });
  const context = {
    env: {},
    stdout: into('stdout'),
    stderr: into('stderr'),
    colorDepth: 1,
    tools: fakeTools('[default]\n[db10]\n'),
    daemon: () => Promise.reject(new Error('no daemon here')),
    progress: { wanted: false, show: () => undefined, clear: () => undefined },
  } as unknown as Context;
  return { code: await runCli(words, context), ...said };
}

test('no command: a short help on stderr, exit code 2', async () => {
  const { code, stdout, stderr } = await call();
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^mha-helper from the sources: .*\n\nUsage: mha-helper COMMAND/);
});

for (const words of [['help'], ['--help'], ['-h']]) {
  test(`${words.join(' ')}: all commands, exit code 0`, async () => {
    const { code, stdout, stderr } = await call(...words);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /For operators\n/);
  });
}

for (const words of [['version'], ['--version'], ['-V'], ['vip', '-V'], ['check', '--version']]) {
  test(`${words.join(' ')}: the version, exit code 0`, async () => {
    assert.deepEqual(await call(...words), { code: 0, stdout: 'mha-helper from the sources\n', stderr: '' });
  });
}

for (const group of ['vip', 'monitor', 'mha']) {
  test(`${group} --help and help ${group} show the commands of that group`, async () => {
    const { code, stdout, stderr } = await call(group, '--help');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, new RegExp(`mha-helper ${group} `));
    assert.doesNotMatch(stdout, /mha-helper (undo|status|config)/);
    assert.deepEqual(await call('help', group), { code, stdout, stderr });
  });
}

test('help of a command is the same by both ways', async () => {
  assert.deepEqual(await call('help', 'vip', 'assign'), await call('vip', 'assign', '--help'));
  assert.deepEqual(await call('help', 'undo', '--help'), await call('undo', '-h'));
});

for (const [words, line] of [
  [['help', 'fialover'], 'unknown command "fialover"; did you mean failover?'],
  [['fialover', '--help'], 'unknown command "fialover"; did you mean failover?'],
  [['help', 'vip', 'shwo'], 'vip: unknown subcommand "shwo"; did you mean show?'],
  [['failover', '--online'], "no cluster is given -- -c FILE names MHA's configuration; there is none in /etc/mha"],
  [
    ['failover', '-c', 'a', '--online', '--dead', 'db10'],
    'failover: --online and --dead exclude each other -- see mha-helper failover --help',
  ],
  [
    ['mha', 'masterha_chek_repl'],
    "mha: masterha_chek_repl is not one of MHA's programs; did you mean masterha_check_repl?",
  ],
] as const) {
  test(`${words.join(' ')}: one line on stderr, exit code 2`, async () => {
    assert.deepEqual(await call(...words), { code: 2, stdout: '', stderr: `mha-helper: ${line}\n` });
  });
}

for (const { name, words } of entryNames) {
  test(`${name} without arguments: one clear line, and neither 0 nor 10`, async () => {
    const { code, stdout, stderr } = await call(...wordsOfCall(name, []));
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, new RegExp(`^mha-helper: ${words[0]}: .*(no arguments|missing).*\n$`));
  });
}
