import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadApplicationConfig } from '../../../src/mha/applicationConfig.ts';
import { refuseOwnConfiguration } from '../../../src/mha/ownConfiguration.ts';
import { MemoryFiles } from '../../doubles/files.ts';

const own = '[default]\nvip_type = none\n[db10]\n[server5.example.com]\n';
const ofMha = '[server default]\nuser=u\npassword=p\n[server1]\nhostname=db10\n';

test("mha-helper's own file is told from MHA's, with an example of what is needed", async () => {
  const files = new MemoryFiles({ '/etc/mha-helper/a.conf': own, '/etc/mha/a.conf': ofMha });
  await assert.rejects(loadApplicationConfig('/etc/mha-helper/a.conf', files), {
    message: "/etc/mha-helper/a.conf is mha-helper's own configuration, and MHA's is needed here",
    hint: 'for instance /etc/mha/test_cluster.conf, with [server1], [server2], ...',
    kind: 'config',
  });
  await loadApplicationConfig('/etc/mha/a.conf', files);
});

for (const text of ['', ofMha, `[DEFAULT]\n${ofMha}`, '[server default]\nuser=u\n', 'nonsense']) {
  test(`not taken for it: ${JSON.stringify(text)}`, () => {
    refuseOwnConfiguration('/x', text);
  });
}
