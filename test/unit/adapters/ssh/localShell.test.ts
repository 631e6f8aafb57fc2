import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localShell } from '../../../../src/adapters/processes/childProcess.ts';

const shell = localShell({ env: { PATH: process.env['PATH'] } });
const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('programs on this machine', () => {
  it('runs one without a shell, with an empty stdin', async () => {
    assert.deepEqual(await shell.run(['printf', '%s', '$HOME "x" *'], 3000), {
      code: 0,
      stdout: '$HOME "x" *',
      stderr: '',
    });
    assert.deepEqual(await shell.run(['cat'], 3000), { code: 0, stdout: '', stderr: '' });
    assert.deepEqual(await shell.run(['sh', '-c', 'echo e >&2; exit 4'], 3000), { code: 4, stdout: '', stderr: 'e\n' });
  });

  it('says 128 + n for a signal and 127 for a missing program', async () => {
    assert.equal((await shell.run(['sh', '-c', 'kill -9 $$'], 3000)).code, 137);
    assert.deepEqual(await shell.run(['mha-helper-no-such'], 3000), {
      code: 127,
      stdout: '',
      stderr: 'mha-helper-no-such: command not found\n',
    });
    assert.equal((await shell.run(['/'], 3000)).code, 126);
  });

  it('keeps 1 MiB and says that it dropped the rest', async () => {
    assert.match(
      (await shell.run(['head', '-c', '3000000', '/dev/zero'], 5000)).stdout.slice(1024 * 1024),
      /^\n\[mha-helper dropped/,
    );
  });

  it('kills the program and its children at the deadline', async () => {
    await assert.rejects(shell.run(['sh', '-c', 'sleep 300 & wait'], 100), {
      kind: 'deadline',
      message: 'this host: "sh -c sleep 300 & wait" did not end within 0.1 s',
      hint: 'it was killed',
    });
  });

  it('does not wait for a child left in the background', async () => {
    const { stdout } = await shell.run(['sh', '-c', 'sleep 60 & echo $!'], 5000);
    assert.equal(isRunning(Number(stdout)), true);
    process.kill(Number(stdout));
  });

  it('ends what is running when it is closed', async () => {
    const other = localShell({ env: { PATH: process.env['PATH'] } });
    const running = other.run(['sleep', '300'], 5000);
    await other.close();
    assert.equal((await running).code, 137);
  });
});
