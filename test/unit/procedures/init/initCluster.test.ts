import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFirstFile, writeFirstFile } from '../../../../src/procedures/init/initCluster.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const conf = '/etc/mha/a.cnf';
const text = '[server default]\nuser=u\npassword=p\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n';

function world(helper: string) {
  const tools = fakeTools(helper);
  tools.files.texts.set(conf, text);
  return tools;
}

test('nobody answers: there is a file all the same, which says so', async () => {
  const tools = world('[default]\n[other1]\n');
  const first = await makeFirstFile(conf, tools);
  assert.equal(first.path, '/etc/mha-helper/a.conf');
  assert.match(first.text, /^# Not seen: db10: /m);
  assert.match(first.text, /^vip_type +=\snone$/m);
  await writeFirstFile(first, tools);
  assert.equal(tools.files.texts.get(first.path), first.text);
  await assert.rejects(makeFirstFile(conf, tools), /a\.conf has the hosts of \/etc\/mha\/a\.cnf already: nothing is/);
});

test("a cluster that has a file, the Python helper's too, and one that nobody can use: refused", async () => {
  await assert.rejects(
    makeFirstFile(conf, world('[default]\n[db10]\n[db11]\n')),
    (error: Error & { hint?: string }) => {
      assert.match(error.message, /c\.conf has the hosts/);
      assert.match(error.hint ?? '', /read as it is, one of the Python helper too; next: mha-helper check -c/);
      return true;
    },
  );
  const tools = world('[default]\n[other1]\n');
  tools.files.texts.set('/etc/mha-helper/a.conf', 'no = section\n');
  await assert.rejects(makeFirstFile(conf, tools), { kind: 'refused' });
  assert.equal(tools.files.texts.get('/etc/mha-helper/a.conf'), 'no = section\n');
});
