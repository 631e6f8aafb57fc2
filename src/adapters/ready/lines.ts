// Words that come over a stream, a line each.
import type { Readable } from 'node:stream';

export interface Lines {
  /** The empty text for ever once the stream has ended. */
  next(): Promise<string>;
}

export function linesOf(input: Readable): Lines {
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  let rest = '';
  let ended = false;
  const give = (line: string): void => {
    const taker = waiting.shift();
    if (taker === undefined) lines.push(line);
    else taker(line);
  };
  input.setEncoding('utf8');
  input.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    parts.forEach(give);
  });
  input.on('close', () => {
    ended = true;
    for (const taker of waiting.splice(0)) taker('');
  });
  return {
    next: () => {
      const line = lines.shift();
      if (line !== undefined) return Promise.resolve(line);
      return ended ? Promise.resolve('') : new Promise((resolve) => waiting.push(resolve));
    },
  };
}
