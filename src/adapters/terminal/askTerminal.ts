// One question to the person at the terminal, answered with a line.
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/**
 * Resolves with '' when the input ends without a line.
 * @throws the reason of `interrupted` when that aborts first
 */
export function askTerminal(
  input: Readable,
  output: Writable,
  question: string,
  interrupted: AbortSignal,
): Promise<string> {
  interrupted.throwIfAborted();
  output.write(question);
  // Not as a terminal of its own: then Ctrl-C is a signal, as everywhere else.
  const lines = createInterface({ input, terminal: false });
  return new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(''));
    interrupted.addEventListener('abort', () => reject(interrupted.reason as Error), { once: true });
  }).finally(() => {
    lines.close();
    input.pause();
  });
}
