import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonTools } from '../../../../src/context/Context.ts';
import { newCluster } from '../../../../src/procedures/monitor/clusterState.ts';
import { stopMonitor } from '../../../../src/procedures/monitor/daemonise.ts';
import { refuseMonitored } from '../../../../src/procedures/monitor/locks.ts';
import { clusterStatus } from '../../../../src/procedures/monitor/monitorStatus.ts';
import { refuseSameName } from '../../../../src/procedures/monitor/sameName.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const record = '/var/lib/mha-helper/monitor/one.json';
const lock = '/var/lib/mha-helper/monitor/one.lock';
const state = JSON.stringify({ conf: '/a/one.cnf', cluster: 'one', workdir: null, state: newCluster });
const held = JSON.stringify({ pid: 7, startTicks: '70', conf: '/a/one.cnf', all: ['/a/one.cnf'] });
const hint = 'a cluster is named after its file, without the directory; rename one of the files';
const message = '/b/one.cnf: the cluster "one" is already that of /a/one.cnf';

function toolsWith(texts: Readonly<Record<string, string>>): ReturnType<typeof fakeTools> {
  const tools = fakeTools('');
  for (const [path, text] of Object.entries(texts)) tools.files.texts.set(path, text);
  return tools;
}

const daemon = {
  processes: { isAlive: () => true, signal: () => assert.fail('somebody else was told to end') },
} as unknown as DaemonTools;

test('another file of the same name is refused while the first is there', async () => {
  const tools = toolsWith({ [record]: state, '/a/one.cnf': '' });
  await assert.rejects(refuseSameName(['/b/one.cnf'], tools), { kind: 'refused', message, hint });
  await refuseSameName(['/a/one.cnf', '/b/two.cnf'], tools);
});

test('a file that was moved is the same cluster', async () => {
  await refuseSameName(['/b/one.cnf'], toolsWith({ [record]: state }));
});

test('start: the holder of the name is named; its own file is monitored already', async () => {
  const tools = toolsWith({ [lock]: held });
  await assert.rejects(refuseMonitored(['/b/one.cnf'], tools, daemon), { message });
  await assert.rejects(refuseMonitored(['/a/one.cnf'], tools, daemon), {
    message: 'one is monitored already, by process 7',
  });
});

test('stop never ends the monitor of the other file', async () => {
  const tools = toolsWith({ [lock]: held });
  await assert.rejects(stopMonitor(['/b/one.cnf'], { waitMs: 0, abort: true }, tools, daemon), { message });
});

test('status of the other file does not show the first', async () => {
  const tools = toolsWith({ [record]: state, '/a/one.cnf': '' });
  await assert.rejects(clusterStatus('/b/one.cnf', tools, daemon), { message });
});
