// What `mha-helper check` prints. Pure.
import { failureExitCodes } from '../../errors/errors.ts';
import { oneLine } from '../../errors/message.ts';
import type { CheckLine } from './CheckLine.ts';

const words = { ok: 'OK', warning: 'WARNING', error: 'ERROR' } as const;

/**
 * Grouped by host, in the order of the lines; what is wrong with several in the same way stands once, below them.
 * @param isBrief what is well with several, too: for a screen
 */
export function checkText(lines: readonly CheckLine[], isBrief = false): string {
  const samenessOf = (line: CheckLine): string => sameness(line, isBrief);
  const same = Map.groupBy(lines, samenessOf);
  const groups = Map.groupBy(lines, (line) => placesOf(same.get(samenessOf(line)) ?? [line]));
  const texts = [...groups].flatMap(([where, found]) => [where, ...new Set(found.map(textOf))]);
  return [...texts, verdict(lines)].join('\n');
}

function sameness({ where, severity, text, hint }: CheckLine, isBrief: boolean): string {
  return JSON.stringify(severity === 'ok' && !isBrief ? [where, text, hint] : [severity, text, hint]);
}

function placesOf(lines: readonly CheckLine[]): string {
  return [...new Set(lines.map(({ where }) => where))].join(', ');
}

function textOf({ severity, text, hint }: CheckLine): string {
  const whole = hint === undefined ? text : `${text} -- ${hint}`;
  return `  ${words[severity].padEnd(8)} ${oneLine(whole)}`;
}

/** `READY (9 warnings)`, `NOT READY: 1 error, 9 warnings`. */
export function verdict(lines: readonly CheckLine[]): string {
  const [errors, warnings] = [count(lines, 'error'), count(lines, 'warning')];
  if (errors !== null) return `NOT READY: ${[errors, ...(warnings === null ? [] : [warnings])].join(', ')}`;
  return warnings === null ? 'READY' : `READY (${warnings})`;
}

function count(lines: readonly CheckLine[], severity: 'error' | 'warning'): string | null {
  const number = lines.filter((line) => line.severity === severity).length;
  if (number === 0) return null;
  return number === 1 ? `1 ${severity}` : `${number} ${severity}s`;
}

/** 0 without an error, else the code of the first. */
export function exitCodeOfCheck(lines: readonly CheckLine[]): number {
  const first = lines.find(({ severity }) => severity === 'error');
  return first === undefined ? 0 : failureExitCodes[first.kind ?? 'internal'];
}
