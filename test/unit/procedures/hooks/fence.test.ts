import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostSettings } from '../../../../src/config/options.ts';
import type { CommandResult } from '../../../../src/context/Context.ts';
import { fence, fenceStep } from '../../../../src/procedures/hooks/fence.ts';
import type { Run } from '../../../../src/procedures/run/openRun.ts';
import { shell } from '../../../doubles/tools.ts';

const end = { host: 'db10', ip: '10.0.0.10', port: 3306 };

/** A fence_command that ends with this answer. */
function scene(answer: Partial<CommandResult>, options: object = { fence_command: 'off "$MHA_HELPER_HOST"' }) {
  const calls: (readonly string[])[] = [];
  const local = shell((argv) => {
    calls.push(argv);
    return answer;
  });
  const settings = { file: '/etc/mha-helper/c.conf', options } as HostSettings;
  const run = { settings: () => settings, budget: { limit: (ms: number) => ms }, tools: { connect: { local } } };
  return { calls, done: () => fence(end, settings, local, 1_000), step: fenceStep(run as unknown as Run, end) };
}

test('the command gets host and address, and what it says is told', async () => {
  const { calls, done } = scene({ stdout: 'switched off\n' });
  assert.equal(await done(), 'switched off');
  assert.deepEqual(calls, [
    ['env', 'MHA_HELPER_HOST=db10', 'MHA_HELPER_IP=10.0.0.10', 'sh', '-c', 'off "$MHA_HELPER_HOST"'],
  ]);
});

test('anything but exit 0 is not fenced: the failover must not go on', async () => {
  for (const code of [1, 3, 10, 127, 137]) {
    const { done } = scene({ code, stderr: 'no answer from the switch' });
    await assert.rejects(done(), { kind: 'refused', message: new RegExp(`db10.*${code}.*no answer from the switch`) });
  }
});

test('without a command nothing is taken for fenced', async () => {
  const { calls, done } = scene({}, {});
  await assert.rejects(done(), { kind: 'config', message: /fence_command/ });
  assert.deepEqual(calls, []);
});

test('a failover records it as a step: what the command says is told, and not recorded', async () => {
  const { step } = scene({ stdout: 'switched off\n' });
  assert.equal(step.id, 'fence:db10');
  assert.deepEqual(await step.check(), {}, 'nobody can see whether it is off already');
  assert.deepEqual(await step.apply({}), { note: 'switched off' });
  await assert.rejects(scene({ code: 1 }).step.apply({}), { kind: 'refused' });
});
