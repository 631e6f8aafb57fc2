import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownClusters, selectClusters } from '../../../../src/procedures/monitor/clusterList.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

test('clusters: named ones and those of a directory, each once', async () => {
  const files = new MemoryFiles({
    '/etc/mha/a.cnf': '',
    '/etc/mha/b.conf': '',
    '/etc/mha/.c.cnf': '',
    '/etc/mha/d.cnf~': '',
  });
  assert.deepEqual(await selectClusters({ conf: ['/etc/mha/a.cnf', '/x/z.cnf'], all: '/etc/mha/' }, { files }), [
    '/etc/mha/a.cnf',
    '/etc/mha/b.conf',
    '/x/z.cnf',
  ]);
  await assert.rejects(selectClusters({ conf: [] }, { files }), /no cluster is given/);
  await assert.rejects(selectClusters({ conf: ['a.cnf'] }, { files }), /a\.cnf: the path must begin with/);
  await assert.rejects(selectClusters({ conf: ['/x/a.conf'], all: '/etc/mha' }, { files }), /are both the cluster "a"/);
});

test('a directory without application files, or one that cannot be read, is told of', async () => {
  const files = new MemoryFiles({ '/etc/mha/readme.txt': '' });
  await assert.rejects(selectClusters({ conf: [], all: '/etc/mha' }, { files }), {
    kind: 'config',
    message: /\/etc\/mha/,
  });
  await assert.rejects(selectClusters({ conf: [], all: '/gone' }, { files }), { kind: 'config', message: /\/gone/ });
});

test('the clusters that a monitor has ever had here; nobody has had one where there is no directory', async () => {
  const places = {
    stateDirectory: '/state',
    configDirectory: '/etc/mha-helper',
    hostname: 'mgr',
    pid: 1,
    bootId: null,
  };
  const files = new MemoryFiles({
    '/state/monitor/b.json': '',
    '/state/monitor/a.json': '',
    '/state/monitor/a.lock': '',
  });
  assert.deepEqual(await knownClusters({ files, places }), ['a', 'b']);
  assert.deepEqual(await knownClusters({ files: new MemoryFiles(), places }), []);
});
