// Whether a row came out as it must: pure, from what was seen.
import type { KnockFigures } from './clients/knocker.ts';
import type { Figures } from './referee/figures.ts';
import type { ExitCode, Expect } from './row.ts';

export interface Seen {
  /** Null: the program had not ended when the row was over. */
  readonly exits: Readonly<Record<string, number | null>>;
  readonly figures: Figures;
  readonly acknowledged: number;
  /** Acknowledged writes that the master does not have, the worst of several; null where there is none. */
  readonly lost: number | null;
  /** Of replicas that say they are in step: how many acknowledged writes each does not have. */
  readonly missing: Readonly<Record<string, number>>;
  readonly clientOutageMs: number;
  readonly knocks: KnockFigures;
  /** Clients wrote through the address when all was over. */
  readonly writesAtEnd: boolean;
  readonly seconds: number;
  /** Why the row did not come to its end, or could not be tried. */
  readonly broken: string | null;
  /** Acts of managers whose turn it was not. */
  readonly outOfTurn: readonly string[];
  readonly said: string;
}

/** What is not as it must be, one line each; nothing when all is well. */
export function faultsIn(seen: Seen, expect: Expect): string[] {
  return [
    ...(seen.broken === null ? [] : [seen.broken]),
    ...seen.outOfTurn.filter((line) => !(expect.takesBack ?? []).some((pattern) => pattern.test(line))).slice(0, 3),
    ...Object.entries(expect.exits ?? {}).flatMap(([name, code]) => exitFault(name, code, seen.exits[name])),
    ...refereeFaults(seen.figures, expect),
    ...endFaults(seen, expect),
    ...lossFaults(seen, expect),
    ...(expect.says ?? [])
      .filter((pattern) => !pattern.test(seen.said))
      .map((pattern) => `nobody says ${String(pattern)}`),
    ...(expect.saysNot ?? []).flatMap((pattern) => {
      const found = pattern.exec(seen.said)?.[0];
      return found === undefined ? [] : [`it is said: ${JSON.stringify(found.slice(0, 200))}`];
    }),
  ];
}

function exitFault(name: string, expected: ExitCode, code: number | null | undefined): string[] {
  if (code === undefined || code === null) return [`${name} has not ended`];
  const right = expected === 'refused' ? code !== 0 && code !== 10 : [expected].flat().includes(code);
  return right ? [] : [`${name} ended with ${code}`];
}

function refereeFaults(figures: Figures, { wh2Ms = 0, w2Ms = 0, outageMs = Infinity }: Expect): string[] {
  const limits: readonly (readonly [string, number, number])[] = [
    ['two writable servers with the address', figures.wh2Ms, wh2Ms],
    ['two writable servers', figures.w2Ms, w2Ms === 'by hand' ? Infinity : w2Ms],
    ['no server that takes writes and has the address', figures.longestOutageMs, outageMs],
  ];
  return limits.flatMap(([what, ms, limit]) => (ms > limit ? [`${what} for ${ms / 1000} s`] : []));
}

function endFaults({ figures, writesAtEnd }: Seen, { master, alsoWritable }: Expect): string[] {
  const { holders } = figures;
  const is = `at the end ${list(figures.writable)} takes writes, ${list(holders)} has the address`;
  const writable = figures.writable.filter((name) => name !== alsoWritable);
  const both = writable.length === 1 && holders.length === 1 && writable[0] === holders[0];
  if (master === 'unchecked') return [];
  if (master === 'nobody') return writable.length === 0 ? [] : [is];
  const right = both && [master].flat().some((name) => name === writable[0]);
  if (!right) return [is];
  return writesAtEnd ? [] : [`${is}, but clients cannot write`];
}

function lossFaults({ lost, missing, acknowledged }: Seen, expect: Expect): string[] {
  if (expect.lost !== undefined && expect.lost !== 'none') return [];
  const onReplicas = Object.entries(missing).filter(([, count]) => count > 0);
  return [
    ...(lost !== null && lost > 0 ? [`${lost} of ${acknowledged} acknowledged writes are lost`] : []),
    ...onReplicas.map(([name, count]) => `${name} says it is in step and lacks ${count} acknowledged writes`),
  ];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'nobody' : names.join(' and ');
}

/** Of a row that could not be tried. */
export const nothingSeen: Seen = {
  exits: {},
  figures: {
    wh2Ms: 0,
    w2Ms: 0,
    h2Ms: 0,
    wh2BehindCutMs: 0,
    longestOutageMs: 0,
    writable: [],
    holders: [],
    looks: 0,
    blindMs: 0,
  },
  acknowledged: 0,
  lost: null,
  missing: {},
  clientOutageMs: 0,
  knocks: { answered: 0, longestSilenceMs: 0, servers: [] },
  writesAtEnd: false,
  seconds: 0,
  broken: null,
  outOfTurn: [],
  said: '',
};
