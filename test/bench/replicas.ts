// What many replicas cost until clients can write again: two and eight, in a planned switch and when the master dies. A
// part of bench.ts.
import { textTable } from '../../src/procedures/textTable.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import { masterSwitch } from '../scenarios/cluster.ts';
import { failover, type Way } from './failovers.ts';
import { furtherReplicas } from './furtherReplicas.ts';
import { executable, hookNames } from './programs.ts';
import { type Limit, loadLine, median, spread } from './statistics.ts';

const few = 2;
const many = 8;
/** What many may cost more than few, in ms. */
const mostMs = 100;

type Measure = (lab: Lab, replicas: number, when: number) => Promise<number>;

const dies: Omit<Way, 'furtherReplicas'> = {
  what: 'kill -9 of mysqld, proof',
  death: 'kill -9',
  detection: 'proof',
  most: null,
};
const ways: readonly (readonly [string, Measure])[] = [
  ['planned switch, racing probe', planned],
  [dies.what, (lab, replicas, when) => failover(lab, { ...dies, furtherReplicas: replicas - few }, when)],
];

export async function replicas(lab: Lab, rounds: number): Promise<Limit[]> {
  await lab.installHooks(executable, hookNames);
  const longest = ways.map(() => [few, many].map((count) => ({ count, ms: [] as number[] })));
  for (let round = 0; round < rounds; round += 1)
    for (const [index, [, measure]] of ways.entries())
      for (const { count, ms } of longest[index] ?? []) ms.push(await measure(lab, count, (round + 0.5) / rounds));
  const rows = ways.map(([what], index) => [what, ...(longest[index] ?? []).map(({ ms }) => spread(ms, 'ms'))]);
  const title = `longest write outage, median (min-max), ${rounds} rounds in turn`;
  console.log(textTable([[title, `${few} replicas`, `${many} replicas`], ...rows]), loadLine());
  return ways.map(([what], index) => {
    const [less = NaN, more = NaN] = (longest[index] ?? []).map(({ ms }) => median(ms));
    return { what: `${what}: ms that ${many} replicas cost more than ${few}`, value: more - less, most: mostMs };
  });
}

async function planned(lab: Lab, count: number): Promise<number> {
  await lab.resetTopology();
  await lab.configure({ application: await furtherReplicas(lab, count - few) });
  const probe = await startWriter(lab, { racing: true, rate: 100 });
  await probe.progress(20);
  const { code, stdout } = await masterSwitch(lab, 'db11');
  await probe.progress(20);
  const { longestOutageMs } = await probe.stop();
  if (code !== 0) throw new Error(`${count} replicas: masterha_master_switch ended with ${code}\n${stdout}`);
  const lost = await lostWrites(lab, 'db11', probe);
  if (lost > 0) throw new Error(`${count} replicas: ${lost} acknowledged writes are lost`);
  return longestOutageMs;
}
