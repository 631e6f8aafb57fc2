// Which cluster a hook is called for, where its host has servers of several.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRun } from '../../../../src/procedures/run/withRun.ts';
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
