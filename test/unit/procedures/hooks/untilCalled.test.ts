import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEarly } from '../../../../src/adapters/ready/early.ts';
import type { Lock, Shell, SqlConnection } from '../../../../src/context/Context.ts';
import type { EarlyConnections } from '../../../../src/context/EarlyConnections.ts';
import type { HardRequest, OnlineRequest } from '../../../../src/mha/request.ts';
import { untilCalled, untilWoken } from '../../../../src/procedures/hooks/untilCalled.ts';
import { openScript } from '../../../../src/vip/metal/assignScript.ts';
import { releaseScript } from '../../../../src/vip/metal/releaseScript.ts';
import { lookScript, surveyScript } from '../../../../src/vip/metal/scripts.ts';
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

const names = new Map([
  [surveyScript, 'survey'],
  [lookScript, 'look'],
  [openScript, 'open'],
  [releaseScript, 'release'],
]);
const nameOf = (argv: readonly string[]): string => names.get(argv[2] ?? '') ?? argv.join(' ');

/** A planned switch whose connections are real doubles. @returns what happened, in order */
async function planned(word: boolean): Promise<readonly string[]> {
  const seen: string[] = [];
  const ran = (host: string) => (argv: readonly string[]) => {
    seen.push(`${host} ${nameOf(argv)}`);
    const found = ['ip=/sbin/ip', 'arping=/sbin/arping', 'arping_kind=iputils', 'ss=/sbin/ss', 'local=127.0.0.0/8'];
    return Promise.resolve({ code: 0, stdout: [...found, 'addresses:', '[]'].join('\n'), stderr: '' });
  };
  const shellOn = (host: string): Shell => ({
    label: host,
    run: ran(host),
    arm: (argv) => {
      const begun = () => ran(host)(argv);
      seen.push(`${host} armed ${nameOf(argv)}`);
      return begun;
    },
    close: () => Promise.resolve(),
  });
  const caller = { pid: 5, startTicks: '1', program: 'masterha_master_switch', conf: '/etc/mha/c.cnf' };
  const connection: SqlConnection = {
    threadId: 1,
    query: (sql) => Promise.resolve(void seen.push(sql)).then(() => []),
    close: () => Promise.resolve(),
  };
  const tools = fakeTools(metal, {
    mhaCaller: () => Promise.resolve(caller),
    mysql: () => Promise.resolve(connection),
    ssh: (target) => Promise.resolve(shellOn(target.label)),
    openEarly: (targets, begin) => Promise.resolve(openEarly(tools.connect, targets, begin)),
    async word(_limitMs, heard) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push('soon');
      heard('soon');
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push('word');
      return word;
    },
  });
  tools.files.texts.set('/etc/mha/c.cnf', `[server default]\nuser=u\npassword=p\n${servers.join('')}`);
  const release = (): Promise<void> => Promise.resolve(void seen.push('lock released'));
  const take = (path: string): Promise<Lock> => {
    seen.push(`lock ${path}`);
    return Promise.resolve({ kind: 'taken', release });
  };
  const early = await untilCalled(online, { ...tools, locks: { take } });
  if (early !== null) {
    assert.deepEqual(
      early.servers?.map(({ host }) => host),
      ['db10', 'db11', 'db12'],
    );
    assert.equal(await early.lock('another'), null);
    assert.equal((await early.lock('c'))?.kind, 'taken');
    assert.equal(await early.lock('c'), null);
    await early.close();
  }
  return seen;
}

test('planned switch: hosts are looked at without effect, what will be done is armed, the lock taken', async () => {
  const seen = await planned(true);
  const [before, after] = [seen.slice(0, seen.indexOf('word')), seen.slice(seen.indexOf('word') + 1)];
  for (const host of ['db10 armed release', 'db11 armed open'])
    assert.deepEqual(
      before.filter((what) => what === host),
      [host],
    );
  assert.equal(before.filter((what) => what === 'db11 look').length, 1);
  assert.equal(before.at(before.indexOf('soon') + 1), 'lock /var/lib/mha-helper/c.run-lock');
  assert.deepEqual(after.toSorted(), ['DO 0', 'DO 0', 'DO 0', 'db10 look', 'db11 look']);
});

test('planned switch: the lock is given back where the word does not come', async () => {
  const seen = await planned(false);
  assert.equal(seen.at(-1), 'lock released');
  assert.equal(seen.includes('db11 look'), true);
});
