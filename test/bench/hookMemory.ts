// How much memory a hook takes at most. A part of bench.ts.
import { textTable } from '../../src/procedures/textTable.ts';
import type { Lab } from '../lab/lab.ts';
import { onlineArguments } from '../scenarios/cluster.ts';
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
  console.log(
    textTable([['peak memory of a hook', 'MiB'], ...peaks.map(([what, mib]) => [what, mib.toFixed(0)])]),
    '\n',
  );
  return peaks.map(([what, mib]) => ({ what: `peak memory of ${what}, MiB`, value: mib, most: 100 }));
}
