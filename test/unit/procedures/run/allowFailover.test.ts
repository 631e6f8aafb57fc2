import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowFailover } from '../../../../src/procedures/run/allowFailover.ts';
import { describeRuns } from '../../../../src/procedures/run/describeRuns.ts';
import { journalPath } from '../../../../src/steps/journalFiles.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const conf = '/etc/mha/a.cnf';
const at = '2026-01-31T02:00:00.000Z';
const files = ['/work/a.failover.error', '/work/a.failover.complete'];

function world() {
  const made = fakeTools('[default]\n[db10]\n[db11]\n');
  const tools = { ...made, places: { ...made.places, operator: 'anna' } };
  made.files.texts.set(
    conf,
    '[server default]\nuser=u\npassword=p\nmanager_workdir=/work\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n',
  );
  const lines = [
    { kind: 'run', run: 'r', at, procedure: 'hard start', origHost: 'db10', newHost: 'db11', pid: 9 },
    { kind: 'end', run: 'r', at, outcome: 'done', message: '' },
  ];
  made.files.texts.set(journalPath(tools.places, 'c'), `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  for (const path of files) {
    made.files.texts.set(path, '');
    made.files.looks.set(path, { kind: 'file', owner: 'self', mode: 0o644 });
  }
  return tools;
}

test('what is in the way of the next failover goes, with the name of who said so', async () => {
  const tools = world();
  assert.deepEqual(
    (await allowFailover(conf, tools)).map(({ path }) => path),
    files,
  );
  assert.deepEqual(
    files.filter((path) => tools.files.texts.has(path)),
    [],
  );
  assert.match(await describeRuns(tools), /ended: done \(another failover allowed by anna, /);
});

test('it stays while MHA fails over, and where nobody could be recorded', async () => {
  const tools = world();
  tools.files.texts.set('/work/a.master_status.health', '70\t50:FAILOVER_RUNNING\tmaster:db10');
  tools.files.texts.set('/proc/70/cmdline', 'perl\0/usr/bin/masterha_manager\0--conf=/etc/mha/a.cnf\0');
  await assert.rejects(allowFailover(conf, tools), { kind: 'refused' });
  tools.files.texts.delete('/work/a.master_status.health');
  const denied = Object.assign(Object.create(tools.files) as typeof tools.files, {
    append: () => Promise.reject(new Error('EACCES')),
  });
  await assert.rejects(allowFailover(conf, { ...tools, files: denied }), { kind: 'environment' });
  assert.ok(files.every((path) => tools.files.texts.has(path)));
});
