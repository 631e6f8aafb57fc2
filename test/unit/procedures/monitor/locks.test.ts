import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonTools, Tools } from '../../../../src/context/Context.ts';
import { holderOf, lockClusters, refuseMonitored } from '../../../../src/procedures/monitor/locks.ts';
import { parseLock } from '../../../../src/procedures/monitor/monitorFiles.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const a = '/etc/mha/a.cnf';
const b = '/etc/mha/b.cnf';

/** @param alive pids of the processes that live */
function world(alive: readonly number[]) {
  const files = new MemoryFiles();
  const tools = { files, places: { stateDirectory: '/state', pid: 7 } } as unknown as Tools;
  const daemon = {
    processes: {
      identify: (pid: number) => (alive.includes(pid) ? { pid, startTicks: `${pid}0` } : null),
      isAlive: ({ pid, startTicks }: { pid: number; startTicks: string }) =>
        alive.includes(pid) && startTicks === `${pid}0`,
    },
    files: {
      async lock(path: string, text: string, isHeld: (text: string) => boolean) {
        const found = files.texts.get(path);
        if (found !== undefined && isHeld(found)) return found;
        await files.writePrivate(path, text);
        return null;
      },
    },
  } as unknown as DaemonTools;
  const left = (name: string, pid: number, startTicks = `${pid}0`) =>
    files.writePrivate(`/state/monitor/${name}.lock`, JSON.stringify({ pid, startTicks, conf: a, all: [a] }));
  return { files, tools, daemon, left };
}

test('a lock names its process and all clusters of its monitor, until it is given back', async () => {
  const { files, tools, daemon } = world([7]);
  const release = await lockClusters([a, b], tools, daemon);
  assert.deepEqual(parseLock(files.texts.get('/state/monitor/b.lock') ?? ''), {
    pid: 7,
    startTicks: '70',
    conf: b,
    all: [a, b],
  });
  assert.equal((await holderOf('a', tools, daemon))?.pid, 7);
  await assert.rejects(refuseMonitored([a], tools, daemon), { kind: 'refused', message: /^a .*process 7/ });
  await release();
  assert.equal(files.texts.size, 0);
  await refuseMonitored([a, b], tools, daemon);
});

test('all of them or none: where one is held, those that were taken are given back', async () => {
  const { files, tools, daemon, left } = world([7, 8]);
  await left('b', 8);
  await assert.rejects(lockClusters([a, b], tools, daemon), { kind: 'refused', message: /^b .*process 8/ });
  assert.deepEqual([...files.texts.keys()], ['/state/monitor/b.lock']);
});

test("a lock that a killed monitor has left is nobody's, even when its pid was given to another process", async () => {
  const { tools, daemon, left } = world([7, 8]);
  await left('a', 9);
  await left('b', 8, '1');
  assert.deepEqual([await holderOf('a', tools, daemon), await holderOf('b', tools, daemon)], [null, null]);
  await lockClusters([a, b], tools, daemon);
  assert.equal((await holderOf('b', tools, daemon))?.pid, 7);
});
