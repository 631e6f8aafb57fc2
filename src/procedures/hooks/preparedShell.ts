// A connection to a host that is open before it is needed: what stays as it is there is asked in advance, and the first
// look waits in a login shell for the moment when it counts.
import type { Clock, CommandResult, Shell } from '../../context/Context.ts';
import type { Beforehand } from '../../vip/Provider.ts';

/** How long a login shell is relied on that waits for its word, in ms: some end one that hears nothing. */
const armedMs = 10_000;

/** @param limitMs for each of the commands */
export function preparedShell(
  shell: Shell,
  { lasting, looks }: Beforehand,
  limitMs: number,
  clock: Pick<Clock, 'monotonic'>,
): Shell {
  const keyOf = (argv: readonly string[]): string => JSON.stringify(argv);
  const began = clock.monotonic();
  const answers = new Map<string, Promise<CommandResult | null>>();
  const words = new Map<string, () => Promise<CommandResult>>();
  for (const argv of lasting)
    answers.set(
      keyOf(argv),
      shell.run(argv, limitMs).then(
        (result) => (result.code === 0 ? result : null),
        () => null,
      ),
    );
  for (const argv of looks) {
    const word = shell.arm?.(argv, limitMs);
    if (word !== undefined) words.set(keyOf(argv), word);
  }
  const arm = shell.arm?.bind(shell);
  return {
    label: shell.label,
    ...(arm === undefined ? {} : { arm }),
    close: () => shell.close(),
    async run(argv, timeoutMs) {
      const key = keyOf(argv);
      const answer = await answers.get(key);
      if (answer != null) return answer;
      const word = words.get(key);
      words.delete(key);
      const isYoung = clock.monotonic() - began < armedMs;
      return word !== undefined && isYoung ? word() : shell.run(argv, timeoutMs);
    },
  };
}
