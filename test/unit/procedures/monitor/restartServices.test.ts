import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult, DaemonTools } from '../../../../src/context/Context.ts';
import { namesOf } from '../../../../src/procedures/monitor/monitorFiles.ts';
import {
  monitorServices,
  refuseOptions,
  restartService,
  stillToRestart,
} from '../../../../src/procedures/monitor/restartServices.ts';
import { fakeTools, shell } from '../../../doubles/tools.ts';

const [a, b] = ['/etc/mha/a.cnf', '/etc/mha/b.cnf'] as const;
const daemon = { processes: { isAlive: () => true } } as unknown as DaemonTools;

/** @param main of the unit that the monitor, process 7, was started in */
function monitored(main: string, restart: Partial<CommandResult> = {}) {
  const asked: string[] = [];
  const local = shell((argv) => {
    asked.push(argv.join(' '));
    return argv.includes('restart') ? restart : { stdout: `${main}\n` };
  });
  const tools = fakeTools('', { local });
  for (const [name, conf] of [
    ['a', a],
    ['b', b],
  ] as const)
    tools.files.texts.set(
      namesOf(tools.places, name).lock,
      JSON.stringify({ pid: 7, startTicks: '1', conf, all: [a, b] }),
    );
  tools.files.texts.set('/proc/7/cgroup', '0::/system.slice/mha-helper-monitor.service\n');
  return { tools, asked };
}

test('one for all of its clusters, restarted once; what it has then is not restarted again', async () => {
  const { tools, asked } = monitored('7');
  const services = await monitorServices([a, b], tools, daemon);
  assert.deepEqual(
    services.map(({ unit, monitor }) => [unit, monitor.pid]),
    [['mha-helper-monitor.service', 7]],
  );
  for (const service of services) await restartService(service, 1_000, tools);
  assert.equal(asked.at(-1), 'systemctl --no-ask-password restart -- mha-helper-monitor.service');
  assert.deepEqual(await stillToRestart([a, b, '/etc/mha/c.cnf'], services, tools, daemon), ['/etc/mha/c.cnf']);
});

test('not one cluster of several, and not a monitor that somebody started in a service', async () => {
  assert.deepEqual(await monitorServices([a], monitored('7').tools, daemon), []);
  const { tools } = monitored('1234');
  assert.deepEqual(await monitorServices([a, b], tools, daemon), []);
  assert.deepEqual(await stillToRestart([a, b], [], tools, daemon), [a, b]);
});

test('its options are refused, with the command that changes them', async () => {
  const services = await monitorServices([a, b], monitored('7').tools, daemon);
  refuseOptions([], services);
  refuseOptions(['--metrics'], []);
  assert.throws(() => refuseOptions(['--metrics'], services), {
    message: /--metrics: the monitor \(process 7\) is mha-helper-monitor\.service, .* nothing has been changed/,
    hint: 'change ExecStart: systemctl edit mha-helper-monitor.service',
  });
});

test('who may not restart it is told the command', async () => {
  const { tools } = monitored('7', { code: 1, stderr: 'Failed to restart x: Interactive authentication required.\n' });
  const [service] = await monitorServices([a, b], tools, daemon);
  await assert.rejects(restartService(service ?? assert.fail(), 1_000, tools), {
    message: /^systemctl .*: Failed to restart x: Interactive authentication required\.$/,
    hint: 'as an account that may: systemctl restart mha-helper-monitor.service',
  });
});
