// What `mha-helper check` prints. Pure.
import { failureExitCodes } from '../../errors/errors.ts';
import { oneLine } from '../../errors/message.ts';
import type { CheckLine } from './CheckLine.ts';

const words = { ok: 'OK', warning: 'WARNING', error: 'ERROR' } as const;

/** Grouped by host, in the order of the lines. */
export function checkText(lines: readonly CheckLine[]): string {
  const groups = [...Map.groupBy(lines, ({ where }) => where)];
  const count = (severity: CheckLine['severity'], word: string): string => {
    const number = lines.filter((line) => line.severity === severity).length;
    return `${number} ${word}${number === 1 ? '' : 's'}`;
  };
  const verdict =
    exitCodeOfCheck(lines) === 0
      ? 'nothing is in the way of a failover or a switch'
      : 'a failover or a switch would FAIL, or do harm';
  return [
    ...groups.flatMap(([where, found]) => [
      where,
      ...found.map(
        ({ severity, text, hint }) =>
          `  ${words[severity].padEnd(8)} ${oneLine(`${text}${hint === undefined ? '' : ` -- ${hint}`}`)}`,
      ),
    ]),
    `${verdict}: ${count('error', 'error')}, ${count('warning', 'warning')}`,
  ].join('\n');
}

/** 0 without an error, else the code of the first. */
export function exitCodeOfCheck(lines: readonly CheckLine[]): number {
  const first = lines.find(({ severity }) => severity === 'error');
  return first === undefined ? 0 : failureExitCodes[first.kind ?? 'internal'];
}
