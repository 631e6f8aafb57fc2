// Whether there is something to monitor, before anything is started.
import type { Tools } from '../../context/Context.ts';
import type { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';

/**
 * The monitor tries a file that MHA cannot use again and again; whoever starts it is told at once.
 * @param named those that were given one by one; another, found in a directory, must not keep them from being monitored
 * @throws ConfigFailure for a named file, or when none of the others can be used
 */
export async function refuseUnusable(
  paths: readonly string[],
  named: readonly string[],
  tools: Pick<Tools, 'files' | 'log'>,
): Promise<void> {
  const failures: Failure[] = [];
  for (const path of paths) {
    const failure = await loadApplicationConfig(path, tools.files).then(() => null, asFailure);
    if (failure === null) continue;
    if (named.includes(path)) throw failure;
    failures.push(failure);
  }
  const [first] = failures;
  if (first !== undefined && failures.length === paths.length) throw first;
  for (const failure of failures) tools.log.warn(errorLine(failure));
}
