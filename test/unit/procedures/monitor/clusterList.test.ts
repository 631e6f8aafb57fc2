import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectClusters } from '../../../../src/procedures/monitor/clusterList.ts';
import { MemoryFiles } from '../../../doubles/files.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const { places } = fakeTools('');

test('clusters: named ones and those of a directory, each once', async () => {
  const files = new MemoryFiles({
    '/etc/mha/a.cnf': '',
    '/etc/mha/b.conf': '',
    '/etc/mha/.c.cnf': '',
    '/etc/mha/d.cnf~': '',
  });
  assert.deepEqual(
    await selectClusters({ conf: ['/etc/mha/a.cnf', '/x/z.cnf'], all: '/etc/mha/' }, { files, places }),
    ['/etc/mha/a.cnf', '/etc/mha/b.conf', '/x/z.cnf'],
  );
  assert.deepEqual(await selectClusters({ conf: ['b'] }, { files, places }), ['/etc/mha/b.conf']);
  await assert.rejects(selectClusters({ conf: [] }, { files, places }), /which cluster\?/);
  await assert.rejects(selectClusters({ conf: ['./a.cnf'] }, { files, places }), /a\.cnf: the path must begin with/);
  await assert.rejects(
    selectClusters({ conf: ['/x/a.conf'], all: '/etc/mha' }, { files, places }),
    /are both the cluster "a"/,
  );
});

test('a directory without application files, or one that cannot be read, is told of', async () => {
  const files = new MemoryFiles({ '/etc/mha/readme.txt': '' });
  await assert.rejects(selectClusters({ conf: [], all: '/etc/mha' }, { files, places }), {
    kind: 'config',
    message: /\/etc\/mha/,
  });
  await assert.rejects(selectClusters({ conf: [], all: '/gone' }, { files, places }), {
    kind: 'config',
    message: /\/gone/,
  });
});
