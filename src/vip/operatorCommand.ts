import type { CommandResult, Shell } from '../context/Context.ts';
import { oneLine } from '../errors/message.ts';

/**
 * What a command of the operator's said, for a message: stderr before stdout, the end rather than the beginning; may be
 * empty.
 */
export function whatItSaid({ stderr, stdout }: CommandResult): string {
  const text = oneLine(stderr.trim() || stdout);
  return text.length > 300 ? `...${text.slice(-297)}` : text;
}

/**
 * Runs a command line of the operator's with sh, on this machine. It and what it started are killed when its time is
 * over.
 * @param facts without MHA_HELPER_ before the names
 * @throws Failure `deadline`
 */
export function operatorCommand(
  local: Shell,
  command: string,
  facts: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<CommandResult> {
  const environment = Object.entries(facts).map(([name, value]) => `MHA_HELPER_${name}=${value}`);
  return local.run(['env', ...environment, 'sh', '-c', command], timeoutMs);
}
