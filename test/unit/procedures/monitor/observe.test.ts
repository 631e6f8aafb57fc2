import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonTools } from '../../../../src/context/Context.ts';
import { pingLimitMs, type ManagerState } from '../../../../src/mha/managerStatus.ts';
import { newCluster, type ClusterState } from '../../../../src/procedures/monitor/clusterState.ts';
import { observe } from '../../../../src/procedures/monitor/observe.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const clock = new FakeClock();
const now = clock.now().getTime();
const manager = { pid: 7, startTicks: '70' };
const names = { name: 'a', workdir: '/work', log: '/log', conf: ['/etc/mha/a.cnf'] };
const running: ClusterState = {
  ...newCluster,
  phase: { name: 'running', manager, completeBefore: null },
  status: 'PING_OK',
};

/** What there is: pids that live, texts, and times of files. */
interface Scene {
  readonly alive?: readonly number[];
  readonly health?: string;
  readonly touched?: number;
  readonly complete?: number;
  readonly failed?: boolean;
  readonly log?: string;
  /** A manager that is found by its command line. */
  readonly found?: number;
}

function look(state: ClusterState, scene: Scene, files = names) {
  const { alive = [7], health, touched = now, complete = null, failed = false, log = '' } = scene;
  const times: Readonly<Record<string, number | null>> = {
    '/work/a.master_status.health': touched,
    '/work/a.failover.complete': complete,
    '/work/a.failover.error': failed ? 1 : null,
  };
  const daemon = {
    processes: {
      identify: (pid: number) => (alive.includes(pid) ? { pid, startTicks: `${pid}0` } : null),
      isAlive: ({ pid }: { pid: number }) => alive.includes(pid),
      exitCode: () => 10,
      find: () => (scene.found === undefined ? [] : [{ pid: scene.found, startTicks: `${scene.found}0` }]),
    },
    files: { modifiedAt: (path: string) => Promise.resolve(times[path] ?? null), tail: () => Promise.resolve(log) },
  };
  return observe(state, files, [], 'run', {
    clock,
    files: new MemoryFiles(health === undefined ? {} : { '/work/a.master_status.health': health }),
    daemon: daemon as unknown as DaemonTools,
  });
}

const ok = '7\t0:PING_OK\tmaster:db10';

const states: readonly (readonly [what: string, scene: Scene, status: ManagerState, before?: ManagerState])[] = [
  ['it pings', { health: ok }, 'PING_OK'],
  ['its file is as old as MHA allows', { health: ok, touched: now - pingLimitMs }, 'PING_OK'],
  ['its file is older', { health: ok, touched: now - pingLimitMs - 1 }, 'TIMESTAMP_OLD'],
  ['it writes its file at this moment', { health: '' }, 'PING_OK'],
  ['it has written none yet', {}, 'INITIALIZING_MONITOR', 'NOT_RUNNING'],
  ['a forked one goes on with the file of a dead one', { health: '6\t0:PING_OK\tmaster:db10' }, 'PARTIALLY_RUNNING'],
  ['a forked one and its parent live', { health: '6\t0:PING_OK\tmaster:db10', alive: [6, 7] }, 'PING_OK'],
  ['it fails over', { health: '7\t50:FAILOVER_RUNNING\tmaster:db10', touched: 0 }, 'FAILOVER_RUNNING'],
  ['it has ended', { alive: [], health: ok }, 'NOT_RUNNING'],
];

for (const [what, scene, status, before = 'PING_OK'] of states) {
  test(`${what}: ${status}`, async () => {
    assert.equal((await look({ ...running, status: before }, scene)).status, status);
  });
}

test('a manager that lives: its master, and nothing of how it ended', async () => {
  const seen = await look(running, { health: ok, log: 'x - [error] y\n' });
  assert.deepEqual([seen.manager, seen.master, seen.exitCode, seen.reason], [manager, 'db10', null, '']);
});

test('one that does not fail over: why, and what a person can do', async () => {
  const log = 'x - [error] Got unknown error from check. exit.\n';
  const failing = await look(running, { health: '7\t20:PING_FAILING\tmaster:db10', log });
  assert.equal(
    failing.hesitation,
    'secondary_check_script: the program failed. If db10 is dead: "mha-helper failover --dead db10 -c /etc/mha/a.cnf"',
  );
  assert.equal((await look(running, { health: ok, log })).hesitation, '');
});

test('one that has ended: its exit code, and what its log says', async () => {
  const log = 'Master failover to db11(10.0.0.11:3306) completed successfully.\nx - [error][/y, ln1] why\n';
  const seen = await look(running, { alive: [], health: ok, log, complete: 5, failed: true });
  assert.deepEqual([seen.manager, seen.master, seen.exitCode, seen.reason], [null, null, 10, 'why']);
  assert.deepEqual([seen.failedOverTo, seen.completeAt, seen.failed], [{ to: 'db11', partial: false }, 5, true]);
});

test('a manager that somebody else has started is found, but not looked for before the wait is over', async () => {
  const waiting = (until: number): ClusterState => ({ ...newCluster, phase: { name: 'waiting', until } });
  assert.equal((await look(waiting(now), { found: 8, alive: [8] })).manager?.pid, 8);
  assert.equal((await look(waiting(now + 1), { found: 8, alive: [8] })).manager, null);
  const taken = await look(running, { found: 8, alive: [8] });
  assert.deepEqual([taken.manager?.pid, taken.exitCode], [8, null]);
});

test("without a directory of MHA's nothing is known of its files", async () => {
  const seen = await look(running, { health: ok, complete: 5, failed: true }, { ...names, workdir: null } as never);
  assert.deepEqual([seen.completeAt, seen.failed, seen.master], [null, false, null]);
});
