import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceOf, systemctl } from '../../../../src/procedures/monitor/systemdService.ts';
import { fakeTools, shell } from '../../../doubles/tools.ts';

for (const [cgroup, unit, isUsers] of [
  ['0::/system.slice/mha-helper-monitor.service\n', 'mha-helper-monitor.service', false],
  [
    '0::/system.slice/system-mha\\x2dhelper\\x2dmonitor.slice/mha-helper-monitor@a.conf.service\n',
    'mha-helper-monitor@a.conf.service',
    false,
  ],
  ['12:pids:/system.slice/x.service\n1:name=systemd:/system.slice/x.service\n', 'x.service', false],
  ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/own.service\n', 'own.service', true],
] as const) {
  test(`a process in ${cgroup.trim()}`, async () => {
    const asked: (readonly string[])[] = [];
    const local = shell((argv) => {
      asked.push(argv);
      return { stdout: '7\n' };
    });
    const tools = fakeTools('', { local });
    tools.files.texts.set('/proc/7/cgroup', cgroup);
    assert.deepEqual(await serviceOf(7, tools), { unit, isUsers, mainPid: '7' });
    assert.deepEqual(asked, [systemctl(isUsers, 'show', '--property=MainPID', '--value', '--', unit)]);
  });
}

test('none in a session, nor where nothing tells', async () => {
  const tools = fakeTools('');
  tools.files.texts.set('/proc/7/cgroup', '0::/user.slice/user-0.slice/session-3.scope\n');
  assert.equal(await serviceOf(7, tools), null);
  assert.equal(await serviceOf(8, tools), null);
});
