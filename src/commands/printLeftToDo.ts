import type { Writable } from 'node:stream';
import { oneLine } from '../errors/message.ts';
import type { Outcome } from '../mha/exitCodes.ts';

/** What the operator must still do, one line each on stderr. */
export function printLeftToDo(outcome: Outcome, stderr: Writable): void {
  if (outcome.kind !== 'proceed') return;
  for (const line of outcome.leftToDo) stderr.write(`LEFT TO DO: ${oneLine(line)}\n`);
}
