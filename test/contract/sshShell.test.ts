import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { connectSsh } from '../../src/adapters/ssh/connect.ts';
import { type Shell } from '../../src/context/Context.ts';
import { env, place, server, target, withShell, failure, refused } from './sshFixture.ts';
import { waitUntil } from '../lab/processes.ts';
import { isRunning } from './sshServer.ts';

/** What is killed takes a moment to go, and the connection tells of its parent's end before. */
async function untilGone(pidFile: string): Promise<void> {
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await waitUntil(`process ${pid} to be gone`, 1_000, () => !isRunning(pid));
}

/** @returns the login shell that waits for its word to run what has this mark */
async function untilItWaits(mark: string): Promise<number> {
  const found = (): readonly string[] => {
    const { stdout } = spawnSync('pgrep', ['-f', `mha-helper-ready.*${mark}`], { encoding: 'utf8' });
    return stdout.split('\n').filter((line) => line !== '');
  };
  await waitUntil(`a login shell that waits to run ${mark}`, 3_000, () => found().length === 1);
  return Number(found()[0]);
}

describe('commands over SSH', () => {
  let shell: Shell;
  before(async () => (shell = await connectSsh(target(server.port), 5000, { env })));
  after(() => shell.close());

  it('passes every character of an argument as it is', async () => {
    const hostile = [
      '',
      ' ',
      "'",
      '"',
      '\\',
      '$HOME',
      '`id`',
      '$(id)',
      '!!',
      '*',
      '~',
      '#',
      ';',
      '&',
      '|',
      '<',
      '>',
      '\n',
      '\t',
      "a'b\\'c",
      '-n',
      '=ls',
      'ä€😀',
      '{a,b}',
      '[x]',
      '%s',
      '\u0001',
    ];
    const { stdout } = await shell.run(['printf', '%s\\0', ...hostile], 3000);
    assert.deepEqual(stdout.split('\0').slice(0, -1), hostile);
  });

  it('keeps stdout, stderr and the exit status apart', async () => {
    assert.deepEqual(await shell.run(['sh', '-c', 'echo out; echo err >&2; exit 3'], 3000), {
      code: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  it('says 128 + n for a signal, 127 for a missing program, and a quick 124 is just a status', async () => {
    assert.equal((await shell.run(['sh', '-c', 'kill -TERM $$'], 3000)).code, 143);
    assert.equal((await shell.run(['mha-helper-no-such-program'], 3000)).code, 127);
    assert.equal((await shell.run(['sh', '-c', 'exit 124'], 3000)).code, 124);
  });

  it('a command that is armed starts with the word, not before', async () => {
    const mark = place.path('armed');
    const word = shell.arm?.(['sh', '-c', 'echo started >"$0"; echo said', mark], 3000);
    await untilItWaits(mark);
    assert.equal(existsSync(mark), false);
    assert.deepEqual(await word?.(), { code: 0, stdout: 'said\n', stderr: '' });
    assert.equal(existsSync(mark), true);
  });

  it('one whose login shell has ended meanwhile is begun anew', async () => {
    const mark = place.path('begun-anew');
    const word = shell.arm?.(['sh', '-c', 'echo once >>"$0"', mark], 3000);
    const pid = await untilItWaits(mark);
    process.kill(pid, 'SIGHUP');
    await waitUntil('the login shell to be gone', 3_000, () => !isRunning(pid));
    // Its end is told before the answer of whatever comes later.
    await shell.run(['true'], 3000);
    assert.equal((await word?.())?.code, 0);
    assert.equal(readFileSync(mark, 'utf8'), 'once\n');
  });

  it('one that never gets its word ends with the connection, undone', async () => {
    const mark = place.path('never');
    const own = await connectSsh(target(server.port), 5000, { env });
    own.arm?.(['touch', mark], 3000);
    const pid = await untilItWaits(mark);
    await own.close();
    await waitUntil('the login shell to be gone', 3_000, () => !isRunning(pid));
    assert.equal(existsSync(mark), false);
  });

  it('gives the command an empty stdin', async () => {
    assert.deepEqual(await shell.run(['cat'], 3000), { code: 0, stdout: '', stderr: '' });
  });

  it('runs several commands at the same time', async () => {
    const fifo = place.path('meeting');
    execFileSync('mkfifo', [fifo]);
    const [read] = await Promise.all([
      shell.run(['cat', fifo], 3000),
      shell.run(['sh', '-c', `echo met > ${fifo}`], 3000),
    ]);
    assert.equal(read.stdout, 'met\n');
  });

  it('keeps 1 MiB of the output and says that it dropped the rest', async () => {
    const { code, stdout } = await shell.run(['head', '-c', '3000000', '/dev/zero'], 5000);
    assert.equal(code, 0);
    assert.match(stdout.slice(1024 * 1024), /^\n\[mha-helper dropped/);
  });

  it('does not wait for a child left in the background', async () => {
    const { code, stdout } = await shell.run(['sh', '-c', 'sleep 60 & echo $!'], 5000);
    process.kill(Number(stdout));
    assert.equal(code, 0);
  });

  it('ends a command on the host before the deadline passes', async () => {
    const pid = place.path('pid_term');
    const line = await failure('deadline', shell.run(['sh', '-c', `echo $$ > ${pid}; exec sleep 300`], 600));
    assert.match(line, /^db10: "sh -c echo .*" did not end within 0.6 s -- it was stopped on the host$/);
    await untilGone(pid);
  });

  it('kills a command that ignores SIGTERM, also before the deadline passes', async () => {
    const pid = place.path('pid_kill');
    await failure(
      'deadline',
      shell.run(['sh', '-c', `trap "" TERM; echo $$ > ${pid}; while :; do sleep 300; done`], 2000),
    );
    await untilGone(pid);
    assert.equal((await shell.run(['echo', 'still', 'here'], 3000)).stdout, 'still here\n');
  });
});

describe('login shells', () => {
  it('cuts off what start-up files and banners print', async () => {
    const banner = place.file('banner', 'Authorised use only\n');
    const talkative = await place.server({
      settings: [
        `Banner ${banner}`,
        'ForceCommand echo Welcome; echo warning: locale >&2; eval "$SSH_ORIGINAL_COMMAND"',
      ],
    });
    try {
      const result = await withShell(target(talkative.port), (shell) =>
        shell.run(['sh', '-c', 'echo a; echo b >&2'], 3000),
      );
      assert.deepEqual(result, { code: 0, stdout: 'a\n', stderr: 'b\n' });
    } finally {
      await talkative.stop();
    }
  });

  it(
    'never starts a command late: a shell that hangs in its start-up files finds no word to go on',
    { timeout: 10_000 },
    async () => {
      const [gate, end, trace] = [place.path('gate'), place.path('end'), place.path('trace')];
      execFileSync('mkfifo', [gate, end]);
      const slow = await place.server({
        settings: [`ForceCommand sh -c 'cat ${gate}; eval "$SSH_ORIGINAL_COMMAND"'; echo over > ${end}`],
      });
      try {
        const line = await failure(
          'deadline',
          withShell(target(slow.port), (shell) => shell.run(['touch', trace], 400)),
        );
        assert.match(line, /login shell was not ready within 0.4 s .* -- the command was not started/);
        const over = once(spawn('cat', [end]), 'exit');
        writeFileSync(gate, 'go\n');
        await over;
        assert.equal(existsSync(trace), false);
      } finally {
        await slow.stop();
      }
    },
  );

  it('never starts a command late on a host that did not answer for a while', async () => {
    const trace = place.path('trace_frozen');
    await withShell(target(server.port), async (shell) => {
      const session = Number((await shell.run(['sh', '-c', 'ps -o ppid= -p $PPID'], 3000)).stdout);
      process.kill(session, 'SIGSTOP');
      await failure('deadline', shell.run(['touch', trace], 300));
      process.kill(session, 'SIGCONT');
      assert.equal((await shell.run(['echo', 'back'], 3000)).stdout, 'back\n');
    });
    assert.equal(existsSync(trace), false);
  });

  it('does not take the exit status of a shell that ran nothing for that of the command', async () => {
    const nologin = await place.server({ settings: ['ForceCommand echo This account is not available; exit 0'] });
    try {
      assert.match(await refused(target(nologin.port)), /did not run "true": This account is not available/);
    } finally {
      await nologin.stop();
    }
  });

  it('refuses a host without the program timeout', async () => {
    const bare = await place.server({ settings: ['SetEnv PATH=/nowhere SHLVL=1'] });
    try {
      assert.match(await refused(target(bare.port)), /"timeout" is missing there -- install coreutils/);
    } finally {
      await bare.stop();
    }
  });
});
