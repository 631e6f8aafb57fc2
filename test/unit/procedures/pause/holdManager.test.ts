// Asking a monitor that obeys, that does not, that fails over, that ends, and that is another user's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCluster, type ClusterState, type Phase } from '../../../../src/procedures/monitor/clusterState.ts';
import { namesOf } from '../../../../src/procedures/monitor/monitorFiles.ts';
import { holdManager, letGo, monitorOf, newPause } from '../../../../src/procedures/pause/holdManager.ts';
import { pauseCluster, resumeCluster } from '../../../../src/procedures/pause/pauseCluster.ts';
import { readPause } from '../../../../src/procedures/pause/pauseFiles.ts';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const conf = '/etc/mha/a.cnf';
const running: Phase = { name: 'running', manager: { pid: 9, startTicks: '1' }, completeBefore: null };
const waiting: Phase = { name: 'waiting', until: 0 };
const lock = { pid: 70, startTicks: '5', conf, all: [conf] };

/** @param obey what the monitor knows at its next look, with what it is asked for */
function world(obey: (asked: ClusterState['pauses'], looks: number) => Partial<ClusterState> | null) {
  let looks = 0;
  let lives = true;
  const tools = fakeTools('[default]\n', { isRunning: () => Promise.resolve(lives) });
  const { record, lock: path } = namesOf(tools.places, 'a');
  tools.files.texts.set(path, JSON.stringify(lock));
  const sleep = tools.clock.sleep.bind(tools.clock);
  tools.clock.sleep = async (ms, signal) => {
    const found = await Promise.all((['person', 'switch'] as const).map((slot) => readPause('a', slot, tools)));
    const asked = found.filter((one) => one !== null && !isUnknown(one));
    looks += 1;
    const known = obey(asked as ClusterState['pauses'], looks);
    lives = known !== null;
    const state = { ...newCluster, phase: running, status: 'PING_OK', ...known };
    tools.files.texts.set(record, JSON.stringify({ conf, cluster: 'a', state }));
    return sleep(ms, signal);
  };
  return { tools, left: () => readPause('a', 'person', tools) };
}

test('it is paused when the monitor says so and no manager runs, and resumed when it watches again', async () => {
  const { tools, left } = world((pauses, looks) => ({
    pauses,
    phase: pauses.length > 0 && looks > 2 ? waiting : running,
  }));
  const pause = await pauseCluster(conf, { forMs: 60_000, reason: 'rack' }, tools);
  assert.deepEqual([await left(), pause.reason], [pause, 'rack']);
  assert.deepEqual(await resumeCluster(conf, tools), { pause, why: null });
  assert.equal(await left(), null);
  assert.deepEqual(await resumeCluster(conf, tools), { pause: null, why: null });
});

for (const [what, obey, kind, message] of [
  ['a monitor that does not obey', () => ({}), 'deadline', /has not stopped masterha_manager in time/],
  ['a failover that runs', () => ({ status: 'FAILOVER_RUNNING' }), 'refused', /a failover is running/],
  ['a monitor that ends', () => null, 'refused', /has ended meanwhile/],
] as const satisfies readonly (readonly [string, () => Partial<ClusterState> | null, string, RegExp])[]) {
  test(`${what}: nothing is paused`, async () => {
    const { tools, left } = world(obey);
    await assert.rejects(pauseCluster(conf, { forMs: 60_000, reason: null }, tools), { kind, message });
    assert.equal(await left(), null);
  });
}

test('stopping one alone waits for the end of a failover', async () => {
  const { tools } = world((pauses, looks) =>
    looks < 50 ? { pauses, status: 'FAILOVER_RUNNING' } : { pauses, phase: waiting, status: 'NOT_RUNNING' },
  );
  const pause = newPause({ kind: 'stop', process: { pid: 70, startTicks: '5' } }, tools);
  await holdManager('a', pause, lock, { failoverMs: 60_000 }, tools);
  assert.deepEqual(await readPause('a', 'person', tools), pause);
});

test("without a monitor, and with another user's, nothing is paused", async () => {
  const { tools } = world(() => ({}));
  tools.files.looks.set(namesOf(tools.places, 'a').record, { kind: 'file', owner: 'other', mode: 0o600 });
  await assert.rejects(pauseCluster(conf, { forMs: 1, reason: null }, tools), /runs as another user/);
  const none = fakeTools('[default]\n');
  assert.equal(await monitorOf('a', none), null);
  await assert.rejects(pauseCluster(conf, { forMs: 1, reason: null }, none), /no mha-helper monitor looks after it/);
});

for (const [what, state, why] of [
  ['another pause is there', { pauses: [{ id: 'x', kind: 'stop', at: 'T', by: null }] }, /^stopped at T/],
  ['a failover has failed', { status: 'NOT_RUNNING', phase: { name: 'blocked' } }, /failover\.error is in the way/],
  ['the manager ends again', { status: 'NOT_RUNNING', failures: 1 }, /has ended again; the monitor tries on/],
  ['it does not come up', { status: 'INITIALIZING_MONITOR' }, /not protect it after 60 s: INITIALIZING_MONITOR/],
  ['the monitor has ended', null, /no monitor of mha-helper runs/],
] as const) {
  test(`given back, and not protected: ${what}`, async () => {
    const { tools } = world(() => state as unknown as Partial<ClusterState> | null);
    await tools.clock.sleep(1);
    assert.match((await letGo('a', newPause({ kind: 'pause', forMs: 1 }, tools), tools)) ?? '', why);
  });
}
