import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCluster } from '../../../../src/procedures/monitor/clusterState.ts';
import { readStateFile } from '../../../../src/procedures/monitor/stateFile.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const read = (text: string) => readStateFile('/s/a.json', { files: new MemoryFiles({ '/s/a.json': text }) });

test('what was written is read', async () => {
  const record = {
    conf: '/etc/mha/a.cnf',
    cluster: 'a',
    workdir: '/work',
    lastFailoverMinute: 60,
    state: { ...newCluster, phase: { name: 'blocked' as const }, absent: ['db10'], starts: 3 },
  };
  assert.deepEqual(await read(JSON.stringify(record)), record);
});

test('a file of an older version gets what it lacks', async () => {
  const old = { conf: '/etc/mha/a.cnf', cluster: 'a', state: { phase: { name: 'ended' }, starts: 2 } };
  const found = await read(JSON.stringify(old));
  assert.deepEqual([found?.workdir, found?.lastFailoverMinute], [null, 0]);
  assert.deepEqual(found?.state, { ...newCluster, phase: { name: 'ended' }, starts: 2 });
});

test('no file, half a file and one of somebody else are none', async () => {
  assert.equal(await readStateFile('/s/b.json', { files: new MemoryFiles() }), null);
  for (const text of [
    '',
    '{"conf":"/etc',
    'null',
    '[]',
    '{}',
    '{"conf":"/a","cluster":"a"}',
    '{"conf":"/a","state":{}}',
  ])
    assert.equal(await read(text), null, text);
});
