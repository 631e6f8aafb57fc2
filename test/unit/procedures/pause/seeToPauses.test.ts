// What the monitor sees and tells of pauses, from one look to the next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonTools, ProcessIdentity } from '../../../../src/context/Context.ts';
import { newCluster, type ClusterState } from '../../../../src/procedures/monitor/clusterState.ts';
import { newPause } from '../../../../src/procedures/pause/holdManager.ts';
import { leaveOutDead } from '../../../../src/procedures/pause/leaveOutDead.ts';
import type { Pause } from '../../../../src/procedures/pause/Pause.ts';
import { pausePath, readPause, removePause, writePause } from '../../../../src/procedures/pause/pauseFiles.ts';
import { pausesNow } from '../../../../src/procedures/pause/pausesNow.ts';
import { seeToPauses } from '../../../../src/procedures/pause/seeToPauses.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const conf = '/etc/mha/a.cnf';

function world() {
  const tools = fakeTools('[default]\n');
  const living = new Set<number>();
  const switches: ProcessIdentity[] = [];
  const daemon = {
    processes: { isAlive: ({ pid }: ProcessIdentity) => living.has(pid), find: () => switches },
  } as unknown as DaemonTools;
  const complaints: string[] = [];
  let state: ClusterState = newCluster;
  const look = async (): Promise<{ ended: readonly Pause[]; mails: readonly string[] }> => {
    const pauses = await pausesNow('a', state.pauses, tools, daemon, (text) => complaints.push(text));
    const seen = seeToPauses({ ...state, outbox: [] }, pauses, conf, tools);
    state = seen.state;
    return { ended: seen.ended, mails: state.outbox.map(({ subject }) => subject) };
  };
  return {
    tools,
    living,
    switches,
    complaints,
    look,
    held: () => state.pauses.map(({ kind }) => kind),
    incident: () => state.incident,
  };
}

test("a person's: a mail when it begins, one when it is over by itself, and the file is gone", async () => {
  const { tools, look, held } = world();
  assert.deepEqual(await look(), { ended: [], mails: [] });
  const pause = newPause({ kind: 'pause', forMs: 60_000 }, tools);
  await writePause('a', pause, tools);
  const until = new Date(tools.clock.now().getTime() + 60_000).toISOString();
  assert.deepEqual((await look()).mails, [`PAUSED until ${until}`]);
  assert.deepEqual([(await look()).mails, held()], [[], ['pause']]);
  await tools.clock.sleep(60_000);
  const over = await look();
  assert.deepEqual([over.mails, over.ended, held()], [[`over: PAUSED until ${until}`], [pause], []]);
  assert.equal(await readPause('a', 'person', tools), null);
});

test('one that cannot be read neither begins nor ends anything, and is complained of', async () => {
  const { tools, look, held, complaints } = world();
  await writePause('a', newPause({ kind: 'pause', forMs: 60_000 }, tools), tools);
  await look();
  tools.files.texts.set(pausePath(tools.places, 'a', 'person'), '{"half');
  assert.deepEqual([(await look()).mails, held()], [[], ['pause']]);
  assert.match(complaints.join(), /a\.json is no pause/);
});

test('a switch is told to nobody unless it lasts; it holds while mha-helper or MHA is at work', async () => {
  const { tools, living, switches, look, held, incident } = world();
  living.add(70);
  const process = { pid: 70, startTicks: '1' };
  await writePause('a', newPause({ kind: 'switch', process, dead: 'db10' }, tools), tools);
  assert.deepEqual([(await look()).mails, held()], [[], ['switch']]);
  living.clear();
  switches.push({ pid: 71, startTicks: '1' });
  assert.deepEqual([(await look()).mails, held(), incident()], [[], ['switch'], null]);
  await tools.clock.sleep(900_000);
  assert.deepEqual([(await look()).mails, held()], [['NOT PROTECTED'], ['switch']]);
  assert.match(incident()?.text ?? '', /a switch is at work since .*process 70\), and has not ended after 15 minutes/);
  switches.pop();
  const over = await look();
  assert.deepEqual([over.mails, held(), over.ended.length], [[], [], 1]);
});

test('the other one of two stays, and only the very same is removed', async () => {
  const { tools, look, held, living } = world();
  living.add(70);
  const first = newPause({ kind: 'pause', forMs: 60_000 }, tools);
  await writePause('a', { ...first, id: 'second' }, tools);
  const mine = newPause({ kind: 'switch', process: { pid: 70, startTicks: '1' } }, tools);
  await writePause('a', mine, tools);
  await look();
  assert.deepEqual(held(), ['pause', 'switch']);
  await removePause('a', first, tools);
  await removePause('a', mine, tools);
  await look();
  assert.deepEqual(held(), ['pause']);
});

test('the dead master of a switch is left out when MHA has done it, and else not', () => {
  const { tools } = world();
  const pause = newPause({ kind: 'switch', process: { pid: 70, startTicks: '1' }, dead: 'db10' }, tools);
  const began = tools.clock.now().getTime();
  const absent = (ended: readonly Pause[], completeAt: number | null): readonly string[] =>
    leaveOutDead({ ...newCluster, master: 'db10' }, ended, completeAt).absent;
  assert.deepEqual(absent([pause], began + 5_000), ['db10']);
  assert.deepEqual(absent([pause], began - 5_000), []);
  assert.deepEqual(absent([pause], null), []);
  assert.deepEqual(absent([{ ...pause, dead: null }], began + 5_000), []);
  assert.deepEqual(absent([], began + 5_000), []);
});
