import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonTools } from '../../../../src/context/Context.ts';
import { startMonitor } from '../../../../src/procedures/monitor/daemonise.ts';
import { refuseUnusable } from '../../../../src/procedures/monitor/usableClusters.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const good = '/etc/mha/good.cnf';
const own = '/etc/mha-helper/c.conf';
const missing = '/etc/mha/missing.cnf';

function tools(): ReturnType<typeof fakeTools> {
  const made = fakeTools('[default]\n[db10]\n');
  made.files.texts.set(good, '[server default]\nuser=u\npassword=p\n[server1]\nhostname=db10\n');
  return made;
}

test('all are good', async () => {
  await refuseUnusable([good], [good], tools());
});

test("a file that is missing, or mha-helper's own, is an error where it was named", async () => {
  await assert.rejects(refuseUnusable([good, missing], [good, missing], tools()), {
    kind: 'config',
    message: `cannot read MHA's configuration file ${missing}: there is no such file or directory`,
  });
  await assert.rejects(refuseUnusable([own], [own], tools()), /mha-helper's own configuration, and MHA's is needed/);
});

test('one of a directory is a warning, and does not keep the others from being monitored', async () => {
  const made = tools();
  await refuseUnusable([good, missing], [], made);
  assert.match(made.log.lines.join('\n'), /missing\.cnf: there is no such file/);
});

test('a directory with nothing of use is an error', async () => {
  await assert.rejects(refuseUnusable([missing, own], [], tools()), /missing\.cnf/);
});

test('start: nothing is started for it', async () => {
  const daemon = { processes: { startSelf: () => assert.fail('started') } } as unknown as DaemonTools;
  const start = startMonitor({ paths: [missing], named: [missing] }, [], '/var/log/x', tools(), daemon);
  await assert.rejects(start, { kind: 'config' });
});
