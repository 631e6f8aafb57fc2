// From answers to what a person is told: one look is not enough, what is not known changes nothing. Pure.
import { isUnknown } from '../../errors/unknown.ts';
import type { Finding } from './findings.ts';
import type { Answered } from './judge.ts';

/** What has been seen and does not count yet. */
interface Hint {
  readonly is: 'yes' | 'no';
  readonly since: number;
  readonly looks: number;
}

export interface Weighed {
  /** What has been told. */
  readonly findings: readonly Finding[];
  readonly hints: ReadonlyMap<string, Hint>;
}

export interface Change {
  readonly after: Weighed;
  readonly began: readonly Finding[];
  readonly ended: readonly Finding[];
}

/** So many looks in a row say the same. */
const looksNeeded = 2;

/** @param now in ms since 1970 */
export function weigh(before: Weighed, answers: readonly Answered[], now: number): Change {
  const hints = new Map<string, Hint>();
  const findings: Finding[] = [];
  const began: Finding[] = [];
  const ended = before.findings.filter(({ key }) => !answers.some((one) => one.key === key));
  for (const { key, kind, answer } of answers) {
    const known = before.findings.find((one) => one.key === key);
    const hint = before.hints.get(key);
    if (isUnknown(answer)) {
      if (known !== undefined) findings.push(known);
      if (hint !== undefined) hints.set(key, hint);
    } else if (answer === 'no') {
      if (known === undefined) continue;
      const next = again(hint, 'no', now);
      if (next.looks >= looksNeeded) {
        ended.push(known);
      } else {
        findings.push(known);
        hints.set(key, next);
      }
    } else if (known !== undefined) {
      // As it is now; who was told is not told again.
      findings.push({ ...known, text: answer.found });
    } else {
      const next = again(hint, 'yes', now);
      const finding = { key, kind, text: answer.found, since: next.since };
      if (next.looks < looksNeeded || now - next.since < answer.forMs) {
        hints.set(key, next);
      } else {
        findings.push(finding);
        began.push(finding);
      }
    }
  }
  return { after: { findings, hints }, began, ended };
}

function again(hint: Hint | undefined, is: Hint['is'], now: number): Hint {
  if (hint?.is !== is) return { is, since: now, looks: 1 };
  return { ...hint, looks: hint.looks + 1 };
}
