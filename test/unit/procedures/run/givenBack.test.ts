import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { undoUnfinished } from '../../../../src/procedures/run/undoUnfinished.ts';
import { fakeTools, readOnlyConnection } from '../../../doubles/tools.ts';

const conf = '/etc/mha/app1.cnf';
const run = { run: 'r', at: '2026-01-31T03:00:00.000Z' };

/** A `stop` that was killed, with these steps in its record; db10 is read-only. */
async function undoing(steps: readonly object[]) {
  const states = new Map([
    ['db10', { readOnly: true }],
    ['db11', { readOnly: true }],
  ]);
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n[db11]\n', {
    async mysql({ label }) {
      const connection = readOnlyConnection(states.get(label) ?? { readOnly: true });
      const replica = { Master_Host: 'db10', Master_Port: 3306, Slave_IO_Running: 'Yes', Slave_SQL_Running: 'Yes' };
      return {
        ...connection,
        query: (sql, ...rest) =>
          label === 'db11' && sql === 'SHOW SLAVE STATUS' ? Promise.resolve([replica]) : connection.query(sql, ...rest),
      };
    },
  });
  tools.files.texts.set(conf, '[server default]\nuser=u\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n');
  const begun = { kind: 'run', ...run, pid: 7, procedure: 'online stop', origHost: 'db10', newHost: 'db11' };
  const lines = [begun, ...steps.map((step) => ({ kind: 'step', ...run, title: 'a step', ...step }))];
  tools.files.texts.set('/var/lib/mha-helper/c.journal', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const outcome = await undoUnfinished(await loadApplicationConfig(conf, tools.files), 'c', tools);
  return { outcome, states };
}

test('an undo is done when the original master takes writes again', async () => {
  const recorded = { id: 'set-read-only:db10', before: { readOnly: false, superReadOnly: null } };
  const { outcome, states } = await undoing([recorded]);
  assert.deepEqual(outcome, { kind: 'done' });
  assert.deepEqual(states.get('db10'), { readOnly: false });
});

test('what the record lacks is left to do: the disk was full when the master was closed', async () => {
  const { outcome } = await undoing([{ id: 'set-read-only:db11', before: { readOnly: false, superReadOnly: null } }]);
  assert.deepEqual(outcome, {
    kind: 'proceed',
    leftToDo: ['set read_only=0 on db10, where "mha-helper vip show" sees no other master'],
  });
});
