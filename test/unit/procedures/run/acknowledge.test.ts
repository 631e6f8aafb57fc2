import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acknowledge } from '../../../../src/procedures/run/acknowledge.ts';
import { describeRuns } from '../../../../src/procedures/run/describeRuns.ts';
import { readJournal } from '../../../../src/procedures/run/earlierRuns.ts';
import { runsAtGlance } from '../../../../src/procedures/glance/runsAtGlance.ts';
import { journalPath } from '../../../../src/steps/journalFiles.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const conf = '/etc/mha/a.cnf';
const at = '2026-01-31T02:00:00.000Z';

function left() {
  const made = fakeTools('[default]\n[db10]\n[db11]\n');
  const tools = { ...made, places: { ...made.places, operator: 'anna' } };
  made.files.texts.set(
    conf,
    '[server default]\nuser=u\npassword=p\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n',
  );
  const lines = [
    { kind: 'run', run: 'r', at, procedure: 'hard start', origHost: 'db10', newHost: 'db11', pid: 9 },
    { kind: 'end', run: 'r', at, outcome: 'proceed', message: 'do this', leftToDo: ['do this'] },
  ];
  const path = journalPath(tools.places, 'c');
  // The last line was cut off when the disk was full.
  made.files.texts.set(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"kind":"ru`);
  return { tools, path };
}

test('it is left to do until a person says that it is done, and the name is in the record', async () => {
  const { tools } = left();
  const now = async () => runsAtGlance(await readJournal(tools, 'c'), null).leftToDo;
  const line = `"hard start" of db10 (${at}): do this`;
  assert.deepEqual(await now(), [line]);
  assert.deepEqual(await acknowledge(conf, tools), [line]);
  assert.deepEqual(await now(), []);
  assert.match(await describeRuns(tools), /ended: proceed: do this \(done, says anna, 2026-/);
  assert.deepEqual(await acknowledge(conf, tools), [], 'once');
});

test('a record that cannot be written: it is not said to be done', async () => {
  const { tools } = left();
  const denied = {
    ...tools,
    files: Object.assign(Object.create(tools.files) as typeof tools.files, {
      append: () => Promise.reject(new Error('EACCES')),
    }),
  };
  await assert.rejects(acknowledge(conf, denied), /cannot be written .*: nothing is acknowledged/);
});
