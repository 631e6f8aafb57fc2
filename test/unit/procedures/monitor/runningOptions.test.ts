import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonTools } from '../../../../src/context/Context.ts';
import { namesOf } from '../../../../src/procedures/monitor/monitorFiles.ts';
import { argumentsOf, runningOptions } from '../../../../src/procedures/monitor/runningOptions.ts';
import { fakeTools } from '../../../doubles/tools.ts';

for (const [line, found] of [
  ['mha-helper monitor run --all', {}],
  ['mha-helper monitor run --conf /a --log-file /x --metrics 127.0.0.1:1', { metrics: '127.0.0.1:1', logFile: '/x' }],
  ['mha-helper monitor run --metrics=[::1]:9', { metrics: '[::1]:9' }],
] as const) {
  test(line, () => {
    assert.deepEqual(argumentsOf(line.split(' ')), found);
  });
}

test('of the monitor that holds the lock, and none of one that has ended', async () => {
  const tools = fakeTools('[default]\n');
  const conf = '/etc/mha/a.cnf';
  const lock = JSON.stringify({ pid: 7, startTicks: '1', conf, all: [conf] });
  tools.files.texts.set(namesOf(tools.places, 'a').lock, lock);
  tools.files.texts.set('/proc/7/cmdline', 'mha-helper\0monitor\0run\0--metrics\0[::1]:9\0');
  const daemon = (isAlive: boolean) => ({ processes: { isAlive: () => isAlive } }) as unknown as DaemonTools;
  assert.deepEqual(await runningOptions(['/etc/mha/b.cnf', conf], tools, daemon(true)), { metrics: '[::1]:9' });
  assert.deepEqual(await runningOptions([conf], tools, daemon(false)), {});
});
