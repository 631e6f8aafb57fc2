// The moment at which a program of ours has begun or done a step, as its journal tells. Read from outside the host.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLUSTER } from '../lab/exampleConfiguration.ts';
import type { Lab } from '../lab/lab.ts';
import { identify, processesUnder, type ProcessIdentity } from '../lab/processes.ts';

export const JOURNAL = `/var/lib/mha-helper/${CLUSTER}.journal`;

export interface JournalLine {
  readonly kind: 'run' | 'step' | 'done' | 'undone' | 'end';
  readonly run: string;
  readonly procedure?: string;
  readonly id?: string;
  /** As the host itself counts. */
  readonly pid?: number;
}

/** `step`: begun and neither done nor failed. */
export interface Moment {
  readonly procedure: string;
  readonly kind: JournalLine['kind'];
  /** `release-address:db10`; not for `run` and `end`. */
  readonly step?: string;
}

/** @returns who writes the journal at that moment. @throws Error when the moment does not come */
export async function untilMoment(lab: Lab, moment: Moment, timeoutMs = 60_000): Promise<ProcessIdentity> {
  const end = performance.now() + timeoutMs;
  const pids = new Map<string, ProcessIdentity>();
  for (;;) {
    const lines = journalLines(lab);
    const runs = lines.filter(({ kind, procedure }) => kind === 'run' && procedure === moment.procedure);
    for (const { run, pid } of runs) {
      const found = pids.has(run) ? undefined : processOf(lab, pid);
      if (found !== undefined) pids.set(run, found);
    }
    const hit = runs.findLast(({ run }) => lines.some((line) => line.run === run && isMoment(line, moment)));
    const process = hit === undefined ? undefined : pids.get(hit.run);
    if (process !== undefined) return process;
    if (hit !== undefined) throw new Error(`missed: ${sentence(moment)} has ended before it could be seen`);
    if (performance.now() > end) throw new Error(`the moment has not come: ${sentence(moment)}`);
    await sleep(3);
  }
}

export function journalLines(lab: Lab): JournalLine[] {
  return journalText(lab)
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as JournalLine);
}

function journalText(lab: Lab): string {
  try {
    return readFileSync(`/proc/${lab.holder.hostInits.mgr}/root${JOURNAL}`, 'utf8');
  } catch {
    return '';
  }
}

function isMoment({ kind, id }: JournalLine, moment: Moment): boolean {
  return kind === moment.kind && (moment.step === undefined || id === moment.step);
}

export function sentence({ procedure, kind, step }: Moment): string {
  const words = { run: 'has begun', step: 'has begun to', done: 'has done', undone: 'has undone', end: 'has ended' };
  return [procedure, words[kind], step].filter((word) => word !== undefined).join(' ');
}

/** The process of mgr that has this pid there. */
function processOf(lab: Lab, pid: number | undefined): ProcessIdentity | undefined {
  const outer = processesUnder(lab.holder.hostInits.mgr).find((one) => innerPid(one) === pid);
  return outer === undefined ? undefined : identify(outer);
}

function innerPid(pid: number): number | undefined {
  try {
    const inner = /^NSpid:.*\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return inner === undefined ? undefined : Number(inner);
  } catch {
    return undefined;
  }
}
