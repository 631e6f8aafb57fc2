// How long an application cannot write during a planned switch, how fast the executable starts, how much memory a hook
// takes: each side by side with a reference in one run, because machines are shared and noisy. Ends with 1 when a limit
// is exceeded.
//
// node test/bench/bench.ts [ROUNDS [switch|crowds]]      with the second word that part alone
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryNames } from '../../src/entryNames.ts';
import { LAB_SOURCE } from '../lab/holder.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter, type WriterSettings } from '../lab/writer.ts';
import { clusterLab, masterSwitch, onlineArguments } from '../scenarios/cluster.ts';
import { textTable } from '../../src/procedures/textTable.ts';
import { crowds } from './crowds.ts';
import { failovers } from './failovers.ts';
import { type Limit, median, spread, withinLimits } from './statistics.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const executable = join(root, 'dist/mha-helper');
const reference = join(LAB_SOURCE, 'referenceHook.sh');
const rounds = Math.max(5, Number(process.argv[2] ?? 7));

const limits: Limit[] = [];

function startUp(): void {
  const commands: readonly (readonly [string, string, readonly string[]])[] = [
    ['node -e 0', process.execPath, ['-e', '0']],
    ['mha-helper --version', executable, ['--version']],
    [
      'a hook with a bad configuration',
      executable,
      [
        'hard-failover',
        '--command=status',
        '--ssh_user=root',
        '--orig_master_host=db10',
        '--orig_master_ip=192.168.10.10',
        '--orig_master_port=3306',
      ],
    ],
  ];
  const times = commands.map((): number[] => []);
  for (let round = -1; round < 21; round += 1) {
    for (const [index, [, program, args]] of commands.entries()) {
      const began = performance.now();
      try {
        execFileSync(program, args, {
          stdio: 'ignore',
          env: { MHA_HELPER_CONFIG_DIR: '/nowhere', PATH: '/usr/bin:/bin' },
        });
      } catch {
        // The hook is meant to fail.
      }
      if (round >= 0) times[index]?.push(performance.now() - began);
    }
  }
  const base = median(times[0] ?? []);
  console.log(
    textTable([
      ['start-up, 21 runs in turn', 'median (min-max)', 'ratio'],
      ...commands.map(([what], index) => [
        what,
        spread(times[index] ?? [], 'ms', 1),
        (median(times[index] ?? []) / base).toFixed(2),
      ]),
    ]),
    '\n',
  );
  for (const [index, [what]] of commands.entries())
    if (index > 0)
      limits.push({
        what: `start-up of ${what}, times node -e 0`,
        value: median(times[index] ?? []) / base,
        most: 2.5,
      });
}

/** Three kinds of client at once: what an application meets depends on how it connects again. */
const clients: readonly (readonly [string, Partial<WriterSettings>])[] = [
  ['one session, connect_timeout 10 s', { connectTimeoutMs: 10_000, rate: 100 }],
  ['a pool of 20, connect_timeout 10 s', { connectTimeoutMs: 10_000, connections: 20, rate: 100 }],
  ['a new connection every 5 ms, the first one wins', { racing: true, rate: 100 }],
];

async function outages(lab: Lab): Promise<void> {
  const names = entryNames.map(({ name }) => name);
  const ways: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['hooks that cost nothing', reference, {}],
    ['mha-helper, freeze_connections = no', executable, { freeze_connections: 'no' }],
    ['mha-helper', executable, {}],
  ];
  const longest = clients.map(() => ways.map((): number[] => []));
  for (let round = 0; round < rounds; round += 1) {
    for (const [way, [what, hook, helper]] of ways.entries()) {
      await lab.resetTopology();
      await lab.configure({ helper: { default: helper } });
      await lab.installHooks(hook, names);
      if (hook === reference) await lab.exec('mgr', ['/usr/bin/mha-helper', '--open']);
      const writers = await Promise.all(clients.map(([, settings]) => startWriter(lab, settings)));
      const switched = await masterSwitch(lab, 'db11');
      await Promise.all(writers.map((writer) => writer.progress(20)));
      const ends = await Promise.all(writers.map((writer) => writer.stop()));
      if (switched.code !== 0)
        throw new Error(`${what}: masterha_master_switch ended with ${switched.code}\n${switched.stdout}`);
      for (const [client, { longestOutageMs }] of ends.entries()) longest[client]?.[way]?.push(longestOutageMs);
      const lost = await Promise.all(writers.map((writer) => lostWrites(lab, 'db11', writer)));
      if (hook === executable && lost.some((count) => count > 0))
        throw new Error(`${what}: ${lost.join(', ')} acknowledged writes are lost`);
    }
  }
  const middle = (client: number, way: number): number => median(longest[client]?.[way] ?? []);
  console.log(
    textTable([
      [`longest write outage of a planned switch, ${rounds} rounds in turn`, ...ways.map(([what]) => what)],
      ...clients.map(([who], client) => [
        who,
        ...ways.map((_, way) => {
          const ratio = (middle(client, way) / middle(client, 0)).toFixed(2);
          return `${spread(longest[client]?.[way] ?? [], 'ms')}, ${ratio}`;
        }),
      ]),
    ]),
    `\nload ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}\n`,
  );
  limits.push({
    what: 'write outage of a planned switch, racing probe, times hooks that cost nothing',
    value: middle(2, 2) / middle(2, 0),
    most: 1.5,
  });
  limits.push({ what: 'the same of one ordinary session, ms', value: middle(0, 2), most: 200 });
  limits.push({
    what: 'write outage of a planned switch, one ordinary session, times the same hooks',
    value: middle(0, 2) / middle(0, 0),
    most: 1,
  });
}

async function memory(lab: Lab): Promise<void> {
  await lab.resetTopology();
  await lab.installHooks(
    executable,
    entryNames.map(({ name }) => name),
  );
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
  for (const [what, mib] of peaks) limits.push({ what: `peak memory of ${what}, MiB`, value: mib, most: 100 });
}

const only = process.argv[3];
if (only === undefined) startUp();
const lab = await clusterLab();
try {
  if (only !== 'crowds') await outages(lab);
  if (only !== 'switch') limits.push(...(await crowds(lab, rounds)));
  if (only === undefined) {
    limits.push(...(await failovers(lab, rounds)));
    await memory(lab);
  }
} finally {
  await lab.stop();
}
if (!withinLimits(limits)) process.exitCode = 1;
