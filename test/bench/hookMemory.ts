// How much memory a hook takes at most, and how much those that sleep until a ping fails. A part of bench.ts.
import { setTimeout as sleep } from 'node:timers/promises';
import { textTable } from '../../src/procedures/textTable.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { managerEnd, onlineArguments, quickManager, startManager, untilProvable } from '../scenarios/cluster.ts';
import { executable, hookNames } from './programs.ts';
import type { Limit } from './statistics.ts';

/** The lab's hooks are installed anew. */
export async function hookMemory(lab: Lab): Promise<Limit[]> {
  await lab.resetTopology();
  await lab.installHooks(executable, hookNames);
  const peaks: (readonly [string, number])[] = [];
  for (const command of ['stop', 'start'] as const) {
    const { stderr } = await lab.exec('mgr', [
      '/usr/bin/time',
      '-f',
      'peak %M',
      '/usr/bin/master_ip_online_failover_helper',
      ...onlineArguments(command),
    ]);
    peaks.push([`online-failover --command=${command}`, Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024]);
  }
  await asleep(lab);
  console.log(
    textTable([['peak memory of a hook', 'MiB'], ...peaks.map(([what, mib]) => [what, mib.toFixed(0)])]),
    '\n',
  );
  return peaks.map(([what, mib]) => ({ what: `peak memory of ${what}, MiB`, value: mib, most: 100 }));
}

const clusters = 20;
/** They have been started when the master is seen to answer, and make their connections once. In ms. */
const startMs = 30_000;

/** Of the two that sleep for one cluster: what belongs to each alone, and what processes of one executable share. */
async function asleep(lab: Lab): Promise<void> {
  await lab.configure({ ...quickManager, helper: { default: { detection: 'proof' } } });
  const manager = await startManager(lab);
  await untilProvable(lab);
  const pids = async (): Promise<readonly string[]> => {
    const { stdout } = await lab.exec('mgr', ['pgrep', '-f', '^mha-helper prepared-hard-failover asleep']);
    return stdout.split('\n').filter((line) => line !== '');
  };
  await waitUntil('the hooks that sleep', startMs, async () => (await pids()).length === 2);
  await sleep(5_000);
  const texts = await Promise.all(
    (await pids()).map(async (pid) => (await lab.exec('mgr', ['cat', `/proc/${pid}/smaps_rollup`])).stdout),
  );
  manager.kill('SIGTERM');
  await managerEnd(manager);
  const mib = (text: string, name: string): number =>
    [...text.matchAll(new RegExp(`^${name}_(?:Clean|Dirty): +(\\d+) kB$`, 'gm'))].reduce(
      (sum, [, kib]) => sum + Number(kib) / 1024,
      0,
    );
  const own = texts.map((text) => mib(text, 'Private'));
  const shared = Math.max(...texts.map((text) => mib(text, 'Shared')));
  const [first = 0, second = 0] = own;
  const all = shared + clusters * (first + second);
  console.log(
    `hooks that sleep with detection = proof: ${own.map((one) => one.toFixed(0)).join(' and ')} MiB of their own, ` +
      `${shared.toFixed(0)} MiB shared; ${clusters} clusters: ${all.toFixed(0)} MiB\n`,
  );
}
