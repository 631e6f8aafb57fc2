import type { Log } from '../../src/context/Context.ts';

/** Keeps the lines; warnings begin with `!`. Durations are replaced, so that whole lines can be compared. */
export class KeptLog implements Log {
  readonly lines: string[] = [];

  info(line: string): void {
    this.lines.push(line.replace(/\d+ ms/g, 'N ms'));
  }

  warn(line: string): void {
    this.lines.push(`! ${line.replace(/\d+ ms/g, 'N ms')}`);
  }
}
