// What the mails say of what the monitor has found: one when it begins, one when it is over. Pure.
import type { Notice } from '../monitor/clusterState.ts';
import { kinds, type Finding, type Kind } from './findings.ts';

const order = Object.keys(kinds) as readonly Kind[];

/** The gravest first. */
export function byGravity(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
}

/** @param began at least one */
export function beganNotice(began: readonly Finding[]): Notice {
  const found = byGravity(began);
  return {
    subject: subjectOf(found),
    text: [...found.map(({ text }) => `${text}.`), '', ...remedies(found)].join('\n'),
  };
}

/** @param ended at least one. @param open what is still so */
export function endedNotice(ended: readonly Finding[], open: readonly Finding[], now: number): Notice {
  const found = byGravity(ended);
  const lines = found.map(({ text, since }) => `It was, for ${Math.round((now - since) / 1000)} s: ${text}.`);
  const still = byGravity(open).map(({ text }) => `Still so: ${text}.`);
  return { subject: `over: ${subjectOf(found)}`, text: [...lines, ...still].join('\n') };
}

function subjectOf(found: readonly Finding[]): string {
  const subjects = [...new Set(found.map(({ kind }) => kinds[kind].subject))];
  return subjects.join(', ');
}

function remedies(found: readonly Finding[]): readonly string[] {
  return [...new Set(found.map(({ kind }) => kinds[kind].remedy))];
}
