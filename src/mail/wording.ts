// The words that the text and the HTML of the mail share. Times are UTC.
import type { RunRecord, StepRecord } from '../steps/journal.ts';
import type { Answer, ClusterNow } from './Report.ts';

const procedures: Readonly<Record<string, string>> = {
  'hard stopssh': 'Dead master, its host answers (stopssh)',
  'hard stop': 'Dead master, its host does not answer (stop)',
  'hard start': 'New master (start)',
};

/** `New master (start): db10 -> db11`. */
export function runTitle(run: RunRecord): string {
  const hosts = run.newHost === null ? run.origHost : `${run.origHost} \u2192 ${run.newHost}`;
  return `${procedures[run.procedure] ?? run.procedure}: ${hosts}`;
}

export function runEnd({ end }: RunRecord): string {
  if (end === null) return 'NO END RECORDED: killed, or still running';
  return { done: 'done', proceed: 'done, with something left to do', failed: 'FAILED' }[end.outcome];
}

export function stepEnd({ state }: StepRecord): string {
  return { done: 'done', undone: 'undone again', begun: 'begun, NOT finished' }[state];
}

/** `2026-01-31 03:00:12 UTC`. */
export function dayAndTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** `03:00:12.345`. */
export function timeOfDay(iso: string): string {
  return iso.slice(11, 23);
}

/** `0.12 s`; empty while there is no end. */
export function duration(from: string, to: string | null): string {
  if (to === null) return '';
  const ms = Date.parse(to) - Date.parse(from);
  return Number.isNaN(ms) ? '' : `${(ms / 1000).toFixed(2)} s`;
}

/** Where the writer address is, in one sentence that says no more than is known. */
export function whereAddressIs(now: ClusterNow): string {
  if (now.unknown !== null) return `not known: ${now.unknown}`;
  if (now.address === null) return 'none is managed (vip_type = none)';
  const holders = holdersOf(now);
  const unknown = now.hosts.filter(({ holdsAddress }) => typeof holdsAddress === 'object').map(({ host }) => host);
  const partly = now.hosts.filter(({ holdsAddress }) => holdsAddress === 'partly').map(({ host }) => host);
  const whole =
    holders.length > 0
      ? `${now.address} is on ${holders.join(' AND ')}`
      : `${now.address} is on no host that could be asked`;
  const found = partly.length === 0 ? whole : `${whole}; in part only on ${partly.join(' and ')}`;
  return unknown.length === 0 ? found : `${found}; could not be found out for ${unknown.join(', ')}`;
}

export function holdersOf(now: ClusterNow): readonly string[] {
  return now.hosts.filter(({ holdsAddress }) => holdsAddress === true).map(({ host }) => host);
}

export function writersOf(now: ClusterNow): readonly string[] {
  return now.hosts.filter(({ takesWrites }) => takesWrites === true).map(({ host }) => host);
}

export function answerText(answer: Answer | 'partly', yes: string, no: string): string {
  if (answer === 'partly') return 'in part';
  if (typeof answer === 'object') return `not known: ${answer.unknown}`;
  return answer ? yes : no;
}

/** What is shown where there are no runs. */
export function noRuns(since: string): string {
  return `The hooks have recorded nothing about this failover (since ${dayAndTime(since)}).`;
}

export const stepsNote = "From the hooks' own record; what was so already is not listed. Times are UTC.";
