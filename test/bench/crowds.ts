// What many sessions cost in a planned switch: none besides the probe, a pool of 200 that is nearly idle with 50 busy
// ones, a pool of 1000. A part of bench.ts.
import { textTable } from '../../src/procedures/textTable.ts';
import { DATABASE_NAMES } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter, type WriterSettings } from '../lab/writer.ts';
import { masterSwitch } from '../scenarios/cluster.ts';
import { type Limit, loadLine, median, spread } from './statistics.ts';

type Crowd = Partial<WriterSettings> & { readonly connections: number };

/** Nearly all sessions of a pool do nothing at a moment. */
const pool = (connections: number): Crowd => ({ connections, rate: 20, connectTimeoutMs: 10_000 });

const ways: readonly (readonly [string, readonly Crowd[]])[] = [
  ['no other session', []],
  ['200 idle and 50 busy ones', [pool(200), { connections: 50, rate: 500, connectTimeoutMs: 10_000 }]],
  ['1000 idle ones', [pool(1_000)]],
];
/** What the second may cost more than the first, in ms. */
const mostMs = 50;

/** The hooks must be installed. */
export async function crowds(lab: Lab, rounds: number): Promise<Limit[]> {
  const longest = ways.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, [what, others]] of ways.entries()) longest[index]?.push(await outageWith(lab, what, others));
  console.log(
    textTable([
      [`planned switch, racing probe, ${rounds} rounds in turn`, 'longest write outage, median (min-max)'],
      ...ways.map(([what], index) => [what, spread(longest[index] ?? [], 'ms')]),
    ]),
    loadLine(),
  );
  const [none = [], many = []] = longest;
  return [{ what: `${ways[1]?.[0]}: ms more than none`, value: median(many) - median(none), most: mostMs }];
}

async function outageWith(lab: Lab, what: string, others: readonly Crowd[]): Promise<number> {
  await lab.resetTopology();
  for (const host of DATABASE_NAMES) await lab.sql(host, 'SET GLOBAL max_connections=2000');
  const crowd = [];
  for (const settings of others) crowd.push(await startWriter(lab, settings));
  for (const [index, writer] of crowd.entries()) await writer.progress(others[index]?.connections ?? 0, 120_000);
  const probe = await startWriter(lab, { racing: true, rate: 100 });
  await probe.progress(20);
  const { code, stdout } = await masterSwitch(lab, 'db11');
  // A session of the pool writes seldom, and finds only then that it has lost its connection.
  await probe.progress(20);
  const { longestOutageMs } = await probe.stop();
  await Promise.all(crowd.map((writer) => writer.stop()));
  if (code !== 0) throw new Error(`${what}: masterha_master_switch ended with ${code}\n${stdout}`);
  for (const writer of [probe, ...crowd]) {
    const lost = await lostWrites(lab, 'db11', writer);
    if (lost > 0) throw new Error(`${what}: ${lost} acknowledged writes are lost`);
  }
  return longestOutageMs;
}
