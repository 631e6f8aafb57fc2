// What clients met during a switch, as a witness saw it that connected as they do. It never tells more than it saw.
import { ifAny } from '../errors/message.ts';

export interface WitnessRecord {
  /** When it was known, ISO 8601. */
  readonly at: string;
  /** What it connected through, in words: `the writer address 192.168.10.155`, `witness_command`. */
  readonly through: string;
  /** The host that it connected from; null: wherever witness_command does. */
  readonly seenFrom: string | null;
  /**
   * `new master`: clients arrive there, and it takes writes. `old master`: they are still, or again, at the original
   * one. `nobody`: at the end no server that takes writes was met. `unknown`: the witness could not tell.
   */
  readonly met: 'new master' | 'old master' | 'nobody' | 'unknown';
  /** The server that takes writes; null: none was met. */
  readonly server: string | null;
  /** The one that did before; null: it was not seen. */
  readonly before: string | null;
  /** From the last answer of a server that takes writes to the next one, in ms; null: not measured. */
  readonly outageMs: number | null;
  /** The outage had begun before the witness looked, or had not ended when it stopped. */
  readonly atLeast: boolean;
  /** Why it is not known, or what it met last; may be empty. */
  readonly note: string;
}

/** In one line, after the word outage. */
export function outageText({ met, server, before, outageMs, atLeast, note, ...where }: WitnessRecord): string {
  const seen = where.seenFrom === null ? `through ${where.through}` : `through ${where.through} from ${where.seenFrom}`;
  const known = outageMs === null ? null : `${atLeast ? 'at least ' : ''}${(outageMs / 1000).toFixed(3)} s`;
  switch (met) {
    case 'new master':
      if (known === null) return `not measured; ${server} takes writes ${seen}`;
      return `${known} ${seen} (${ifAny('', before, ', then ')}${server})`;
    case 'old master':
      return outageMs === 0
        ? `none ${seen}: ${server} took writes at each look`
        : `${known ?? 'not measured'} ${seen}; ${server} takes writes again`;
    case 'nobody':
      return `${known ?? 'not measured'}, and NOT OVER: no server that takes writes is met ${seen} (${note})`;
    case 'unknown':
      return `not known: ${note}`;
  }
}
