// One line at the bottom of a terminal that is written over and over, and taken away before anything else is written.
import type { Writable } from 'node:stream';
import type { Progress } from '../../context/Context.ts';
import { oneLine } from '../../errors/message.ts';

/** For output that is no terminal. */
export const noProgress: Progress = { wanted: false, show: () => undefined, clear: () => undefined };

/** Characters of the line: one that wraps would stay. */
const width = 79;

export function terminalProgress(stderr: Writable): Progress {
  let shown = false;
  const clear = (): void => {
    if (shown) stderr.write('\r\u001b[K');
    shown = false;
  };
  return {
    wanted: true,
    show(text) {
      stderr.write(`\r\u001b[K${oneLine(text).slice(0, width)}`);
      shown = true;
    },
    clear,
  };
}
