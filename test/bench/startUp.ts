// How fast the executable starts, against the same Node.js with nothing to do. A part of bench.ts.
import { execFileSync } from 'node:child_process';
import { textTable } from '../../src/procedures/textTable.ts';
import { executable } from './programs.ts';
import { type Limit, median, spread } from './statistics.ts';

export function startUp(): Limit[] {
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
  return commands
    .slice(1)
    .map(([what], index) => ({
      what: `start-up of ${what}, times node -e 0`,
      value: median(times[index + 1] ?? []) / base,
      most: 2.5,
    }));
}
