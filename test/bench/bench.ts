// How long an application cannot write during a planned switch, how fast the executable starts, how much memory a hook
// takes: each side by side with a reference in one run, because machines are shared and noisy. Ends with 1 when a limit
// is exceeded.
//
// node test/bench/bench.ts [ROUNDS]
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryNames } from '../../src/entryNames.ts';
import { LAB_SOURCE } from '../lab/holder.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import { clusterLab, masterSwitch, onlineArguments } from '../scenarios/cluster.ts';
import { textTable } from '../../src/procedures/textTable.ts';
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

async function outages(lab: Lab): Promise<void> {
  const names = entryNames.map(({ name }) => name);
  const hooks: readonly (readonly [string, string])[] = [
    ['hooks that cost nothing', reference],
    ['mha-helper', executable],
  ];
  const longest = hooks.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [what, hook]] of hooks.entries()) {
      await lab.resetTopology();
      await lab.installHooks(hook, names);
      if (hook === reference) await lab.exec('mgr', ['/usr/bin/mha-helper', '--open']);
      const writer = await startWriter(lab, { connectTimeoutMs: 100 });
      const switched = await masterSwitch(lab, 'db11');
      await writer.progress(20);
      const { longestOutageMs } = await writer.stop();
      if (switched.code !== 0)
        throw new Error(`${what}: masterha_master_switch ended with ${switched.code}\n${switched.stdout}`);
      const lost = await lostWrites(lab, 'db11', writer);
      if (hook === executable && lost > 0) throw new Error(`${what}: ${lost} acknowledged writes are lost`);
      longest[index]?.push(longestOutageMs);
    }
  }
  const base = median(longest[0] ?? []);
  console.log(
    textTable([
      [`planned switch, ${rounds} rounds in turn`, 'longest write outage, median (min-max)', 'ratio'],
      ...hooks.map(([what], index) => [
        what,
        spread(longest[index] ?? [], 'ms'),
        (median(longest[index] ?? []) / base).toFixed(2),
      ]),
    ]),
    '\n',
  );
  limits.push({
    what: 'write outage of a planned switch, times hooks that cost nothing',
    value: median(longest[1] ?? []) / base,
    most: 2,
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

startUp();
const lab = await clusterLab();
try {
  await outages(lab);
  limits.push(...(await failovers(lab, 5)));
  await memory(lab);
} finally {
  await lab.stop();
}
if (!withinLimits(limits)) process.exitCode = 1;
