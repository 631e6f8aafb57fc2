// before_switch_command and after_switch_command with a real shell.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { localShell } from '../../../../src/adapters/processes/childProcess.ts';
import { loadHostSettings } from '../../../../src/config/load.ts';
import { afterSwitch, beforeSwitch, type Around } from '../../../../src/procedures/switch/switchCommands.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { app, db10, db11, db12, master, replica, survey } from './switchCases.ts';

const directory = mkdtempSync(join(tmpdir(), 'mha-helper-switch-'));
after(() => rmSync(directory, { recursive: true }));
const seen = join(directory, 'seen');
const before = survey([master(db10), replica(db11, db10), replica(db12, db10)]);
const now = survey([replica(db10, db11), master(db11), replica(db12, db11)]);

async function world(options: string, dead: Around['request']['dead'] = null) {
  const tools = fakeTools(`[default]\n${options}\n[db10]\n`, { local: localShell({ env: process.env }) });
  const settings = await loadHostSettings('/etc/mha-helper', ['db10'], tools.files, tools.log, 'c');
  const request = { app, dead, to: db11, ignoreLastFailover: false };
  return { tools, around: { request, settings, survey: before } };
}

test('they are told what is going on, in their environment', async () => {
  const { tools, around } = await world(
    `before_switch_command = env | grep ^MHA_HELPER_ | sort >${seen}\n` +
      `after_switch_command = env | grep ^MHA_HELPER_ | sort >>${seen}`,
  );
  await beforeSwitch(around, tools);
  assert.equal(await afterSwitch(around, now, 0, tools), null);
  const known = ['CLUSTER=c', 'CONF=/etc/mha/app1.cnf', 'FROM=db10'];
  const lines = (names: readonly string[]): readonly string[] => names.map((name) => `MHA_HELPER_${name}`);
  assert.deepEqual(readFileSync(seen, 'utf8').trim().split('\n'), [
    ...lines([`ADDRESS=${before.address ?? ''}`, ...known, 'TO=db11']),
    ...lines([`ADDRESS=${before.address ?? ''}`, ...known, 'MASTER=db11', 'MHA_EXIT=0', 'OUTCOME=done', 'TO=db11']),
  ]);
});

for (const [what, command, message] of [
  ['fails', 'echo the batch runs >&2; exit 3', /nothing was changed: before_switch_command: exit 3: the batch runs$/],
  ['takes too long', 'sleep 30', /nothing was changed: before_switch_command: .*did not end within 1 s/],
] as const) {
  test(`one before that ${what} keeps the switch from beginning; one after it is told`, async () => {
    const options = `before_switch_command = ${command}\nafter_switch_command = ${command}\nswitch_command_timeout = 1`;
    const { tools, around } = await world(options);
    await assert.rejects(beforeSwitch(around, tools), { kind: 'refused', message });
    assert.match((await afterSwitch(around, null, 1, tools)) ?? '', /^exit 3: the batch runs|did not end within 1 s/);
  });
}

test('a failover of a dead master waits for nobody', async () => {
  const { tools, around } = await world('before_switch_command = exit 3\nafter_switch_command = exit 3', db10);
  await beforeSwitch(around, tools);
  assert.equal(await afterSwitch(around, now, 0, tools), null);
});
