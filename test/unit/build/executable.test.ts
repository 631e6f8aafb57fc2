// The built executable as MHA and operators call it.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { entryNames } from '../../../src/entryNames.ts';
import { executablePath } from '../../../build/paths.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-test-'));
after(() => rmSync(scratch, { recursive: true }));
/** For a shell: the checkout may lie in a directory with a blank. */
const quoted = `'${executablePath}'`;

for (const { name } of entryNames) symlinkSync(executablePath, join(scratch, name));

function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    cwd: scratch,
    env: { PATH: `${scratch}:${process.env['PATH']}`, MHA_HELPER_CONFIG_DIR: scratch, ...env },
  });
  return { status, stdout, stderr };
}

test('--version: package version and commit, nothing on stderr', () => {
  const { status, stdout, stderr } = run(executablePath, ['--version']);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /^mha-helper \d+\.\d+\.\d+( \([0-9a-f]{7,}\+?\))?\n$/);
});

for (const { name, words } of entryNames) {
  for (const [how, program, args] of [
    ['absolute path', join(scratch, name), []],
    ['PATH', name, []],
    ['relative path', `./${name}`, []],
    ['sh -c, as MHA does', 'sh', ['-c', `${name} "$@"`, 'sh']],
  ] as const) {
    test(`${name} by ${how} is ${words.join(' ')}`, () => {
      const asked = run(program, [...args, '--help']);
      assert.deepEqual(asked, run(executablePath, [...words, '--help']));
      assert.deepEqual({ status: asked.status, stderr: asked.stderr }, { status: 0, stderr: '' });
      assert.match(asked.stdout, new RegExp(`mha-helper ${words.join(' ')}`));
    });
  }
}

test("a hook that finds --help among MHA's arguments does not leave with 0", () => {
  for (const asked of ['--help', '-h', '--version']) {
    const { status, stderr } = run('master_ip_hard_failover_helper', ['--command=stop', asked]);
    assert.equal(status, 2);
    assert.equal(stderr, `mha-helper: nothing was done, because ${asked} is among the arguments\n`);
  }
});

for (const [args, line] of [
  [['fialover'], 'unknown command "fialover"; did you mean failover?'],
  [
    ['--orig_master_password=secret'],
    'a command must come before the option --orig_master_password -- see mha-helper help',
  ],
  [
    ['config', 'db10', 'db11'],
    'config: unexpected argument "db11"; the usage is mha-helper config [HOST] [-c CLUSTER] [--json]' +
      ' -- see mha-helper config --help',
  ],
  [['config', '--all'], 'config: unknown option --all -- see mha-helper config --help'],
  [['failover', '--dry-rnu'], 'failover: unknown option --dry-rnu; did you mean --dry-run?'],
  [['vip'], 'vip: missing subcommand: show, assign or release -- see mha-helper vip --help'],
  [
    ['vip', 'assign'],
    "vip assign: HOST is missing (hostname in MHA's configuration, e.g. db10) -- see mha-helper vip assign --help",
  ],
] as const) {
  test(`usage error of "mha-helper ${args.join(' ')}": one line on stderr, exit 2`, () => {
    assert.deepEqual(run(executablePath, args), { status: 2, stdout: '', stderr: `mha-helper: ${line}\n` });
  });
}

test('alone it shows a short help on stderr, and leaves with 2', () => {
  const { status, stdout, stderr } = run(executablePath, []);
  assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
  assert.match(stderr, /^mha-helper \d.*\n\nUsage: mha-helper COMMAND/);
});

test('help and version are commands, -V is an option', () => {
  assert.deepEqual(run(executablePath, ['help']), run(executablePath, ['--help']));
  assert.deepEqual(run(executablePath, ['version']), run(executablePath, ['--version']));
  assert.deepEqual(run(executablePath, ['-V']), run(executablePath, ['--version']));
});

for (const { name, words } of entryNames) {
  test(`${name} without arguments: one line on stderr, and exit code 2, with which MHA would abort`, () => {
    const { status, stdout, stderr } = run(name, []);
    assert.deepEqual({ status, stdout }, { status: 2, stdout: '' });
    assert.match(stderr, new RegExp(`^mha-helper: ${words[0]}: [^\n]*\n$`));
  });
}

test("NODE_OPTIONS and Node's own options mean nothing to it", () => {
  const plain = run(executablePath, ['--version']);
  assert.deepEqual(
    run(executablePath, ['--version'], {
      NODE_OPTIONS: '--require /not/there --inspect --bogus',
      NODE_PATH: '/not/there',
    }),
    plain,
  );
  assert.equal(run(executablePath, ['--inspect=0', 'config']).status, 2);
});

test('output that cannot be written changes neither the exit code nor ends the run', () => {
  const wanted = run('master_failover_report', []).status;
  assert.equal(run('sh', ['-c', 'master_failover_report >/dev/full 2>&1']).status, wanted);
  assert.equal(run('sh', ['-c', 'master_failover_report >&- 2>&-']).status, wanted);
  run('sh', ['-c', `{ sleep 0.3; ${quoted} --help; echo $? >closed; } | true`]);
  assert.equal(readFileSync(join(scratch, 'closed'), 'utf8'), '0\n');
  assert.equal(run('sh', ['-c', `${quoted} --help >/dev/full`]).status, 0);
});

test('all of a long output arrives at a slow reader', () => {
  const { stdout } = run('sh', ['-c', `${quoted} --help | (sleep 0.5; cat)`]);
  assert.equal(stdout, run(executablePath, ['--help']).stdout);
});

test('passwords do not stay in the process list, and signals do not kill', { timeout: 20_000 }, async () => {
  // A configuration file that cannot be read to its end keeps the hook waiting.
  const directory = mkdtempSync(join(scratch, 'conf-'));
  execFileSync('mkfifo', [join(directory, 'waiting.conf')]);
  const host = ['_host=db10', '_ip=192.0.2.10', '_port=3306'].map((rest) => `--orig_master${rest}`);
  const child = spawn(
    executablePath,
    ['hard-failover', '--command=status', '--ssh_user=mha', ...host, '--orig_master_password=s3cret'],
    { env: { MHA_HELPER_CONFIG_DIR: directory }, stdio: 'ignore' },
  );
  try {
    let title = '';
    while (!title.startsWith('mha-helper hard-failover')) {
      assert.equal(child.exitCode, null);
      await sleep(20);
      title = readFileSync(`/proc/${child.pid}/cmdline`, 'latin1');
    }
    assert.doesNotMatch(title, /s3cret|192\.0\.2/);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTERM'] as const) {
      child.kill(signal);
      await sleep(50);
    }
    assert.deepEqual([child.exitCode, child.signalCode], [null, null]);
  } finally {
    child.kill('SIGKILL');
  }
});
