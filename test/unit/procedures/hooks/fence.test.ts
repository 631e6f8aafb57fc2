import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult } from '../../../../src/context/Context.ts';
import { fence } from '../../../../src/procedures/hooks/fence.ts';
import type { Run } from '../../../../src/procedures/run/openRun.ts';
import { KeptLog } from '../../../doubles/log.ts';
import { shell } from '../../../doubles/tools.ts';

/** A run whose fence_command ends with this answer. */
function scene(answer: Partial<CommandResult>, options: object = { fence_command: 'off "$MHA_HELPER_HOST"' }) {
  const log = new KeptLog();
  const calls: (readonly string[])[] = [];
  const local = shell((argv) => {
    calls.push(argv);
    return answer;
  });
  const run = {
    settings: () => ({ file: '/etc/mha-helper/c.conf', options }),
    budget: { limit: (ms: number) => ms },
    tools: { connect: { local }, log },
  };
  return { log, calls, done: fence(run as unknown as Run, { host: 'db10', ip: '10.0.0.10' } as never) };
}

test('the command gets host and address, and what it says is told', async () => {
  const { calls, log, done } = scene({ stdout: 'switched off\n' });
  await done;
  assert.deepEqual(calls, [
    ['env', 'MHA_HELPER_HOST=db10', 'MHA_HELPER_IP=10.0.0.10', 'sh', '-c', 'off "$MHA_HELPER_HOST"'],
  ]);
  assert.match(log.lines.join(), /db10.*switched off$/);
});

test('anything but exit 0 is not fenced: the failover must not go on', async () => {
  for (const code of [1, 3, 10, 127, 137]) {
    const { log, done } = scene({ code, stderr: 'no answer from the switch' });
    await assert.rejects(done, { kind: 'refused', message: new RegExp(`db10.*${code}.*no answer from the switch`) });
    assert.deepEqual(log.lines, []);
  }
});

test('without a command nothing is taken for fenced', async () => {
  const { calls, done } = scene({}, {});
  await assert.rejects(done, { kind: 'config', message: /fence_command/ });
  assert.deepEqual(calls, []);
});
