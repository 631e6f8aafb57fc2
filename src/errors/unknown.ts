// Unknown is not no. A look at the world that could not be made has its own type, so that whoever asks must say what it
// means there.
import { errorLine } from './message.ts';

/** A question that nobody answered, and why. */
export interface Unknown {
  readonly unknown: string;
}

export function isUnknown(answer: unknown): answer is Unknown {
  return typeof answer === 'object' && answer !== null && 'unknown' in answer;
}

/** What an error means for a look: nothing is known. */
export function unknownBecause(error: unknown): Unknown {
  return { unknown: errorLine(error) };
}
