import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterTls } from '../../../../src/procedures/survey/clusterTls.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const places = { configDirectory: '/c' } as Parameters<typeof clusterTls>[1]['places'];

test("how a cluster's servers are connected to, and nothing where nobody can tell", async () => {
  const of = (text: string): ReturnType<typeof clusterTls> =>
    clusterTls('db10', { files: new MemoryFiles({ '/c/a.conf': text }), places });
  assert.equal(await of('[default]\n[db10]\n'), undefined);
  assert.deepEqual(await of('[default]\nmysql_tls = require\n[db10]\n'), { mode: 'require' });
  await assert.rejects(of('[default]\nmysql_tls = perhaps\n[db10]\n'), { kind: 'config' });
});
