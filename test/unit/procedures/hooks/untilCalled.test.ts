import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EarlyConnections } from '../../../../src/context/Context.ts';
import type { HardRequest } from '../../../../src/mha/request.ts';
import { untilCalled } from '../../../../src/procedures/hooks/untilCalled.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const orig = { host: 'db10', ip: '10.0.0.10', port: 3306, sshUser: 'mha', sshPort: 22 };
const start: HardRequest = {
  command: 'start',
  orig,
  new: { host: 'db11', ip: '10.0.0.11', port: 3306, user: 'u', password: 'p', sshUser: 'mha' },
};
const metal = '[default]\nvip_type = metal\nwriter_vip_cidr = 10.0.0.99/24\ncluster_interface = eth0\n[db10]\n[db11]\n';

async function called(request: HardRequest, configuration: string, word: boolean) {
  const opened: string[] = [];
  let closed = 0;
  const early: EarlyConnections = {
    mysql: () => undefined,
    ssh: () => undefined,
    close: () => Promise.resolve(void (closed += 1)),
  };
  const tools = fakeTools(configuration, {
    openEarly: ({ mysql, ssh }) => {
      opened.push(...mysql.map(({ label }) => `mysql ${label}`), ...ssh.map(({ label }) => `ssh ${label}`));
      return Promise.resolve(early);
    },
    word: () => Promise.resolve(word),
  });
  const result = await untilCalled(request, tools);
  assert.deepEqual([tools.log.lines, result, closed], [[], word ? early : null, word ? 0 : 1]);
  assert.equal(await tools.files.look('/var/lib/mha-helper/c.journal'), null);
  return opened;
}

test('what each hook will need is opened, and nothing is said or written', async () => {
  assert.deepEqual(await called(start, metal, true), ['mysql db11', 'ssh db11']);
  assert.deepEqual(await called({ command: 'stopssh', orig }, metal, true), ['ssh db10']);
  assert.deepEqual(await called(start, '[db10]\n[db11]\n', true), ['mysql db11']);
});

test('without the word everything is closed again', async () => {
  assert.deepEqual(await called(start, metal, false), ['mysql db11', 'ssh db11']);
});

test('a configuration that is wrong is for the run to tell', async () => {
  assert.deepEqual(await called(start, 'nonsense', true), []);
});
