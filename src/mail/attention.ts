// What a person must know or do first. Everything else in the mail can wait until the morning.
import { rules } from './attentionRules.ts';
import type { Report } from './Report.ts';

export interface Attention {
  /** `failed`: there is no new master. `attention`: there is one, and something is left to do now. */
  readonly verdict: 'good' | 'attention' | 'failed';
  /** Each begins with `FAILED:`, `DANGER:`, `LEFT TO DO:` or, for what can wait until the morning, `LATER:`. */
  readonly lines: readonly string[];
}

export function attentionOf(report: Report): Attention {
  const lines = [...new Set(rules.flatMap((rule) => rule(report)))];
  return { verdict: verdictOf(report, lines), lines };
}

function verdictOf({ newHost }: Report, lines: readonly string[]): Attention['verdict'] {
  if (newHost === null) return 'failed';
  return lines.some(isUrgent) ? 'attention' : 'good';
}

function isUrgent(line: string): boolean {
  return !line.startsWith('LATER:');
}

/** Said before the lines where none of them is urgent; null: they speak for themselves. */
export function reassurance({ lines }: Attention): string | null {
  if (lines.some(isUrgent)) return null;
  return lines.length === 0 ? 'Nothing is left to do.' : 'Nothing needs to be done at once.';
}

/** The gravest word of the lines; the subject ends with it, because MHA's own words are "succeeded" all the same. */
export function subjectWith(subject: string, { lines }: Attention): string {
  const word = ['DANGER', 'FAILED', 'LEFT TO DO'].find((one) => lines.some((line) => line.startsWith(`${one}:`)));
  return word === undefined ? subject : `${subject} - ${word}`;
}
