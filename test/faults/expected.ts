// What a row expects, as a sentence for the table.
import type { ExitCode, Expect } from './row.ts';

export function expectedText(expect: Expect, endsWithinMs: number): string {
  const { master, exits = {}, wh2Ms = 0, w2Ms = 0, outageMs, lost = 'none' } = expect;
  return [
    ...Object.entries(exits).map(([name, code]) => `\`${name}\` ${exitText(code)}`),
    ...masterText(master),
    ...(wh2Ms === 0 ? [] : [`two masters for at most ${wh2Ms / 1000} s`]),
    ...(w2Ms === 0
      ? []
      : [
          w2Ms === 'by hand'
            ? 'the second writable server is the fault itself'
            : `two writable for at most ${w2Ms / 1000} s`,
        ]),
    ...(lost === 'told' ? ['what is lost is told'] : []),
    ...(outageMs === undefined ? [] : [`outage under ${outageMs / 1000} s`]),
    ...((expect.says ?? []).length === 0 ? [] : ['it is said']),
    `over within ${endsWithinMs / 1000} s`,
  ].join('; ');
}

function exitText(code: ExitCode): string {
  return code === 'refused' ? 'refuses' : `exit ${[code].flat().join(' or ')}`;
}

function masterText(master: Expect['master']): string[] {
  if (master === 'unchecked') return [];
  if (master === 'nobody') return ['nobody takes writes'];
  return [`${[master].flat().join(' or ')} is the master`];
}
