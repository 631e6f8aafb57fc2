import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EarlyConnections } from '../../../../src/context/Context.ts';
import type { HardRequest, OnlineRequest } from '../../../../src/mha/request.ts';
import { untilCalled, untilWoken } from '../../../../src/procedures/hooks/untilCalled.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const orig = { host: 'db10', ip: '10.0.0.10', port: 3306, sshUser: 'mha', sshPort: 22 };
const next = { host: 'db11', ip: '10.0.0.11', port: 3306, user: 'u', password: 'p', sshUser: 'mha' };
const start: HardRequest = { command: 'start', orig, new: next };
const online: OnlineRequest = {
  command: 'start',
  orig: { ...orig, user: 'u', password: 'p' },
  new: next,
  origIsNewSlave: true,
};
const metal = '[default]\nvip_type = metal\nwriter_vip_cidr = 10.0.0.99/24\ncluster_interface = eth0\n[db10]\n[db11]\n';
const servers = [10, 11, 12].map((id) => `[server${id}]\nhostname=db${id}\n`);

/** @returns what was opened; `soon`: once the call before was done */
async function called(
  request: HardRequest | OnlineRequest,
  configuration: string,
  { word = true, soon = false }: { readonly word?: boolean; readonly soon?: boolean } = {},
) {
  const opened: string[] = [];
  let closed = 0;
  const open: EarlyConnections['open'] = ({ mysql, ssh }) => {
    opened.push(...mysql.map(({ label }) => `mysql ${label}`), ...ssh.map(({ label }) => `ssh ${label}`));
  };
  const early: EarlyConnections = {
    open,
    mysql: () => undefined,
    ssh: () => undefined,
    close: () => Promise.resolve(void (closed += 1)),
  };
  const caller = { pid: 5, startTicks: '1', program: 'masterha_manager', conf: '/etc/mha/c.cnf' };
  let later: (news: 'soon' | 'silent') => void = () => undefined;
  const tools = fakeTools(configuration, {
    mhaCaller: () => Promise.resolve(caller),
    openEarly(targets) {
      open(targets);
      return Promise.resolve(early);
    },
    async word(_limitMs, heard) {
      later = heard;
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (soon) {
        opened.push('soon');
        later('soon');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return word;
    },
  });
  tools.files.texts.set('/etc/mha/c.cnf', `[server default]\nuser=u\npassword=p\n${servers.join('')}`);
  const result = await untilCalled(request, tools);
  assert.deepEqual([tools.log.lines, result !== null, closed], [[], word, word ? 0 : 1]);
  assert.equal(await tools.files.look('/var/lib/mha-helper/c.journal'), null);
  await result?.close();
  assert.equal(closed, 1);
  return opened;
}

test('what each hook will need is opened, and nothing is said or written', async () => {
  assert.deepEqual(await called(start, metal), ['mysql db11', 'mysql db12', 'ssh db11']);
  assert.deepEqual(await called({ command: 'stopssh', orig }, metal), ['ssh db10']);
  assert.deepEqual(await called(start, '[db10]\n[db11]\n'), ['mysql db11', 'mysql db12']);
});

test('planned switch: the old master only when `stop` is done, which ends all sessions there', async () => {
  const opened = ['mysql db11', 'mysql db12', 'ssh db11', 'ssh db10'];
  assert.deepEqual(await called(online, metal), opened);
  assert.deepEqual(await called(online, metal, { soon: true }), [...opened, 'soon', 'mysql db10']);
  assert.deepEqual(await called(start, metal, { soon: true }), ['mysql db11', 'mysql db12', 'ssh db11', 'soon']);
});

test('without the word everything is closed again', async () => {
  assert.deepEqual(await called(start, metal, { word: false }), ['mysql db11', 'mysql db12', 'ssh db11']);
});

test('a configuration that is wrong is for the run to tell', async () => {
  assert.deepEqual(await called(start, 'nonsense'), []);
});

test('one that sleeps has made its connections once, and closed them', async () => {
  const done: string[] = [];
  const tools = fakeTools(metal, {
    mhaCaller: () => Promise.resolve({ pid: 5, startTicks: '1', program: 'masterha_manager', conf: '/etc/mha/c.cnf' }),
    openEarly: ({ mysql, ssh }) => {
      done.push(...mysql.map(({ label }) => `mysql ${label}`), ...ssh.map(({ label }) => `ssh ${label}`));
      return Promise.resolve({
        open: () => undefined,
        mysql: () => undefined,
        ssh: () => undefined,
        close: () => Promise.resolve(void done.push('closed')),
      });
    },
    woken: () => new Promise((resolve) => setTimeout(resolve, 20, true)),
  });
  tools.files.texts.set('/etc/mha/c.cnf', `[server default]\nuser=u\npassword=p\n${servers.join('')}`);
  assert.equal(await untilWoken(start, tools), true);
  assert.deepEqual(done, ['mysql db11', 'mysql db12', 'ssh db11', 'closed']);
});

test('it is woken whatever becomes of the rehearsal', async () => {
  const tools = fakeTools('[default\n', { woken: () => Promise.resolve(true) });
  assert.equal(await untilWoken(start, tools), true);
});
