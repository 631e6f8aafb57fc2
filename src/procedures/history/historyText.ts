// The history for people, within 80 columns. Pure.
import { ifAny } from '../../errors/message.ts';
import { textTable } from '../textTable.ts';
import type { HistoryEntry, Story, TimelineEntry } from './HistoryEntry.ts';

/** The newest last, where a terminal ends. */
export function historyText(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'no switch and no failover yet';
  // Where nobody ever looked, nothing is said of an outage.
  const isMeasured = entries.some(({ outage }) => outage !== null);
  const heads = ['N', 'when', 'what', 'from -> to', 'outcome', ...(isMeasured ? ['outage'] : []), 'by'];
  return textTable([heads, ...entries.map((entry) => rowOf(entry, isMeasured))]);
}

function rowOf(entry: HistoryEntry, isMeasured: boolean): readonly string[] {
  const { number, at, kind, from, to, outcome, drill, by } = entry;
  return [
    String(number),
    `${at.slice(0, 19)}Z`,
    whatWord(kind, drill),
    `${from} -> ${to ?? '?'}`,
    outcomeWord(outcome),
    ...(isMeasured ? [outageWord(entry.outage)] : []),
    whoWord(by),
  ];
}

function whatWord(kind: HistoryEntry['kind'], drill: HistoryEntry['drill']): string {
  if (kind === 'failover') return kind;
  return drill === null ? 'switch' : 'drill';
}

/** The person behind a switch; else the program of MHA's, without what all of them are called. */
function whoWord(by: string | null): string {
  const [, person] = /^masterha_master_switch \((.+)\)$/.exec(by ?? '') ?? [];
  return person ?? by?.replace(/^masterha_/, '') ?? '?';
}

function outageWord(outage: HistoryEntry['outage']): string {
  if (outage === null) return '-';
  if (outage.seconds === null) return '?';
  return `${outage.atLeast ? '>' : ''}${outage.seconds.toFixed(3)} s`;
}

export function outcomeWord(outcome: HistoryEntry['outcome']): string {
  return outcome === 'done' || outcome === 'given back' ? outcome : outcome.toUpperCase();
}

export function storyText(story: Story): string {
  const { number, kind, from, to, at, outcome, leftToDo, withoutLog } = story;
  const [why, ...facts] = storyHead(story);
  return [
    `${number}: ${kind}, ${from} -> ${to ?? '?'}, ${at}`,
    `  ${outcomeWord(outcome)}${ifAny(': ', why)}`,
    ...facts.map((fact) => `  ${fact}`),
    ...leftToDo.map((line) => `  LEFT TO DO: ${line}`),
    ...(withoutLog === null ? [] : [`  without MHA's own phases: ${withoutLog}`]),
    '',
    ...story.timeline.map((entry) => timelineLine(entry, story.timeline[0]?.at ?? at)),
  ].join('\n');
}

/** Why it failed, or nothing; then what clients met, how long it took, and by whom. */
export function storyHead(entry: HistoryEntry): readonly [string, ...string[]] {
  const { message, seconds, hookSeconds, by, outage, drill } = entry;
  const took = seconds === null ? 'no end is known' : `${seconds.toFixed(1)} s from the first hook to the last`;
  return [
    message,
    ...(outage === null ? [] : [`outage: ${outage.text}`]),
    ...(drill === null ? [] : [`the way ${drill} of a drill`]),
    `${took}, ${hookSeconds.toFixed(1)} s of it in hooks; by ${by ?? 'nobody that is known'}`,
  ];
}

/** Seconds since the beginning, how long it took, and what it was. */
function timelineLine({ at, source, text, seconds }: TimelineEntry, begin: string): string {
  const offset = (Date.parse(at) - Date.parse(begin)) / 1000;
  // MHA's log has whole seconds.
  const digits = source === 'mha' ? 0 : 3;
  const since = `+${offset.toFixed(digits)}`.padStart(source === 'mha' ? 5 : 9).padEnd(9);
  const took = (seconds === null ? '' : `${seconds.toFixed(digits)} s`).padStart(source === 'mha' ? 5 : 9).padEnd(9);
  return `${since} ${took}  ${indent[source]}${text}`.trimEnd();
}

const indent = { mha: '', hook: '  ', step: '    ', witness: '' } as const;
