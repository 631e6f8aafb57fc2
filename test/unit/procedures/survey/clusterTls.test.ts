import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { clusterTls } from '../../../../src/procedures/survey/clusterTls.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const app = readApplicationConfig({ path: '/etc/mha/a.cnf', text: '[server1]\nhostname=db10\n' });
const places = { configDirectory: '/c' } as Parameters<typeof clusterTls>[1]['places'];

test("how a cluster's servers are connected to, and nothing where nobody can tell", async () => {
  const of = (text: string): ReturnType<typeof clusterTls> =>
    clusterTls(app, { files: new MemoryFiles({ '/c/a.conf': text }), places });
  assert.equal(await of('[default]\n[db10]\n'), undefined);
  assert.deepEqual(await of('[default]\nmysql_tls = require\n[db10]\n'), { mode: 'require' });
  await assert.rejects(of('[default]\nmysql_tls = perhaps\n[db10]\n'), { kind: 'config' });
});
