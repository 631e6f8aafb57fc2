// Which cluster a hook is called for, where its host has servers of several.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lock } from '../../../../src/context/Context.ts';
import { withRun } from '../../../../src/procedures/run/withRun.ts';
import type { Step } from '../../../../src/steps/Step.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const orig = { host: 'db10', ip: '192.168.10.10', port: 3307, sshUser: 'mha' };

async function clusterOf(conf: string | null, cluster?: string): Promise<string> {
  const caller = conf === null ? null : { pid: 7, startTicks: '1', program: 'masterha_manager', conf };
  const tools = fakeTools('', { mhaCaller: () => Promise.resolve(caller) });
  const files = new MemoryFiles({
    '/etc/mha-helper/orders.conf': '[default]\nvip_type = none\n[db10]\n[db11]\n',
    '/etc/mha-helper/users.conf': '[default]\nvip_type = none\n[db10]\n[db12]\n',
  });
  const request = {
    procedure: 'hard status',
    ...(cluster === undefined ? {} : { cluster }),
    orig,
    next: null,
    record: 'none',
  } as const;
  let found = '';
  await withRun({ ...tools, files }, request, (run) => {
    found = run.settings(orig).cluster;
    return Promise.resolve({ kind: 'done' });
  });
  return found;
}

test('the one that the program of MHA’s which called runs with, or that is given', async () => {
  assert.equal(await clusterOf('/etc/mha/orders.cnf'), 'orders');
  assert.equal(await clusterOf('/etc/mha/users.conf'), 'users');
  assert.equal(await clusterOf('/etc/mha/users.conf', 'orders'), 'orders');
});

test('by hand nobody knows: refused, and nothing is touched', async () => {
  await assert.rejects(clusterOf(null), {
    kind: 'config',
    message: /db10 has a section in more than one file .* not known/,
  });
  await assert.rejects(clusterOf('/etc/mha/other.cnf'), { kind: 'config', message: /none of them is other\.conf/ });
});

/** A journal whose first line takes its time. @returns what happened, in order */
async function slowlyRecorded(canWait: boolean): Promise<readonly string[]> {
  const seen: string[] = [];
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n');
  const append = tools.files.append.bind(tools.files);
  tools.files.append = async (path, text) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (text.includes('"kind":"run"')) seen.push('recorded');
    await append(path, text);
  };
  const step: Step = {
    id: 'one',
    title: 'do one',
    check: () => Promise.resolve({}),
    apply: () => Promise.resolve({ note: String(seen.push('change')) }),
    verify: () => Promise.resolve(),
  };
  await withRun(tools, { procedure: 'hard start', orig, next: null, canWait }, async (run) => {
    seen.push('look');
    await run.steps([step]);
    return { kind: 'done' };
  });
  return seen;
}

test('nothing is changed before the run stands in the record; one that cannot wait looks meanwhile', async () => {
  assert.deepEqual(await slowlyRecorded(true), ['recorded', 'look', 'change']);
  assert.deepEqual(await slowlyRecorded(false), ['look', 'recorded', 'change']);
});

test('a lock that was taken beforehand is used, and given back', async () => {
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n');
  const seen: string[] = [];
  const taken: Lock = { kind: 'taken', release: () => Promise.resolve(void seen.push('released')) };
  const withLock = async (lock: Lock | null): Promise<void> => {
    const take = (): Promise<Lock> => {
      seen.push('taken');
      return Promise.resolve(taken);
    };
    const ready = { mysql: () => undefined, ssh: () => undefined, lock: () => Promise.resolve(lock) };
    await withRun({ ...tools, locks: { take } }, { procedure: 'hard start', orig, next: null, ready }, () =>
      Promise.resolve({ kind: 'done' }),
    );
  };
  await withLock(taken);
  assert.deepEqual(seen, ['released']);
  await withLock(null);
  assert.deepEqual(seen, ['released', 'taken', 'released']);
});
