// A connection to a host that is open before it is needed: what stays as it is there is asked in advance, and the first
// look waits in a login shell for the moment when it counts.
import type { Clock, CommandResult, Shell } from '../../context/Context.ts';
import { ArmedCommands } from '../../vip/ArmedCommands.ts';
import type { Beforehand } from '../../vip/Provider.ts';

/** @param limitMs for each of the commands */
export function preparedShell(
  shell: Shell,
  { lasting, looks }: Beforehand,
  limitMs: number,
  clock: Pick<Clock, 'monotonic'>,
): Shell {
  const keyOf = (argv: readonly string[]): string => JSON.stringify(argv);
  const answers = new Map<string, Promise<CommandResult | null>>();
  const armed = new ArmedCommands(shell, clock);
  for (const argv of lasting)
    answers.set(
      keyOf(argv),
      shell.run(argv, limitMs).then(
        (result) => (result.code === 0 ? result : null),
        () => null,
      ),
    );
  for (const argv of looks) armed.arm(argv, limitMs);
  const arm = shell.arm?.bind(shell);
  return {
    label: shell.label,
    ...(arm === undefined ? {} : { arm }),
    close: () => shell.close(),
    async run(argv, timeoutMs) {
      return (await answers.get(keyOf(argv))) ?? armed.run(argv, () => timeoutMs);
    },
  };
}
