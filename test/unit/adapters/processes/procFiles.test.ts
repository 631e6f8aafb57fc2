import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { findProcesses, isRunning, processState } from '../../../../src/adapters/processes/procFiles.ts';

async function withSleeper(use: (child: ChildProcess, pid: number) => void | Promise<void>): Promise<void> {
  const child = spawn('sleep', ['98.7654'], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  try {
    await use(child, child.pid ?? assert.fail());
  } finally {
    child.kill('SIGKILL');
  }
}

test('a process is its pid and when it began; one of its pid that began at another time is another one', async () => {
  await withSleeper(async (child, pid) => {
    const state = processState(pid) ?? assert.fail();
    assert.equal(state.group, pid, 'detached: a group of its own');
    assert.match(state.startTicks, /^\d+$/);
    assert.ok(isRunning(state));
    assert.ok(!isRunning({ pid, startTicks: String(Number(state.startTicks) - 1) }));
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    assert.equal(processState(pid), null);
    assert.ok(!isRunning(state));
  });
});

test('a process is found by its whole command line', async () => {
  await withSleeper((_, pid) => {
    const found = findProcesses((argv) => argv.length === 2 && argv[1] === '98.7654');
    assert.deepEqual(
      found.map((one) => one.pid),
      [pid],
    );
    assert.ok(isRunning(found[0] ?? assert.fail()));
  });
});

test('the oldest comes first', () => {
  const all = findProcesses(() => true).map(({ startTicks }) => Number(startTicks));
  assert.ok(all.length > 1);
  assert.deepEqual(
    all,
    all.toSorted((a, b) => a - b),
  );
});
