// How long an application cannot write during a planned switch, side by side with hooks that only move the address. A
// part of bench.ts.
import { textTable } from '../../src/procedures/textTable.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter, type WriterSettings } from '../lab/writer.ts';
import { masterSwitch } from '../scenarios/cluster.ts';
import { executable, hookNames, ownWaits, reference } from './programs.ts';
import { type Limit, loadLine, median, spread } from './statistics.ts';

/** Three kinds of client at once: what an application meets depends on how it connects again. */
const clients: readonly (readonly [string, Partial<WriterSettings>])[] = [
  ['one session, connect_timeout 10 s', { connectTimeoutMs: 10_000, rate: 100 }],
  ['a pool of 20, connect_timeout 10 s', { connectTimeoutMs: 10_000, connections: 20, rate: 100 }],
  ['a new connection every 5 ms, the first one wins', { racing: true, rate: 100 }],
];

interface Way {
  readonly what: string;
  readonly hook: string;
  readonly helper?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

const ways: readonly Way[] = [
  { what: 'hooks that cost nothing', hook: reference },
  { what: "the same, MHA's own waits", hook: reference, env: ownWaits },
  { what: 'mha-helper, freeze_connections = no', hook: executable, helper: { freeze_connections: 'no' } },
  { what: "mha-helper, MHA's own waits", hook: executable, env: ownWaits },
  { what: 'mha-helper', hook: executable },
];
/** Which of them are compared. */
const [base, own] = [0, ways.length - 1];

export async function switches(lab: Lab, rounds: number): Promise<Limit[]> {
  const longest = clients.map(() => ways.map((): number[] => []));
  for (let round = 0; round < rounds; round += 1)
    for (const [index, way] of ways.entries())
      for (const [client, ms] of (await outagesOf(lab, way)).entries()) longest[client]?.[index]?.push(ms);
  const middle = (client: number, way: number): number => median(longest[client]?.[way] ?? []);
  // A row for each way: their names are long.
  console.log(
    textTable([
      [
        `planned switch, longest write outage and how many times the first, ${rounds} in turn`,
        ...clients.map(([who]) => who),
      ],
      ...ways.map(({ what }, way) => [
        what,
        ...clients.map((_, client) => {
          const ratio = (middle(client, way) / middle(client, base)).toFixed(2);
          return `${spread(longest[client]?.[way] ?? [], 'ms')}, ${ratio}`;
        }),
      ]),
    ]),
    loadLine(),
  );
  const outage = 'write outage of a planned switch';
  return [
    {
      what: `${outage}, racing probe, times hooks that cost nothing`,
      value: middle(2, own) / middle(2, base),
      most: 1.5,
    },
    { what: `${outage}, one ordinary session, ms`, value: middle(0, own), most: 200 },
    { what: `${outage}, one ordinary session, times the same hooks`, value: middle(0, own) / middle(0, base), most: 1 },
  ];
}

/** @returns of each client, in ms */
async function outagesOf(lab: Lab, { what, hook, helper = {}, env }: Way): Promise<readonly number[]> {
  await lab.resetTopology();
  await lab.configure({ helper: { default: helper } });
  await lab.installHooks(hook, hookNames);
  if (hook === reference) await lab.exec('mgr', ['/usr/bin/mha-helper', '--open']);
  const writers = await Promise.all(clients.map(([, settings]) => startWriter(lab, settings)));
  const switched = await masterSwitch(lab, 'db11', env);
  await Promise.all(writers.map((writer) => writer.progress(20)));
  const ends = await Promise.all(writers.map((writer) => writer.stop()));
  if (switched.code !== 0)
    throw new Error(`${what}: masterha_master_switch ended with ${switched.code}\n${switched.stdout}`);
  const lost = await Promise.all(writers.map((writer) => lostWrites(lab, 'db11', writer)));
  if (hook === executable && lost.some((count) => count > 0))
    throw new Error(`${what}: ${lost.join(', ')} acknowledged writes are lost`);
  return ends.map(({ longestOutageMs }) => longestOutageMs);
}
