// The history for people, within 80 columns. Pure.
import { ifAny } from '../../errors/message.ts';
import { textTable } from '../textTable.ts';
import type { HistoryEntry, Story, TimelineEntry } from './HistoryEntry.ts';

/** The newest last, where a terminal ends. */
export function historyText(entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return 'no switch and no failover yet';
  const heads = ['N', 'when', 'what', 'from -> to', 'outcome', 'hooks', 'by'];
  return textTable([heads, ...entries.map(rowOf)]);
}

function rowOf(entry: HistoryEntry): readonly string[] {
  const { number, at, kind, from, to, outcome, hookSeconds, by } = entry;
  return [
    String(number),
    `${at.slice(0, 19)}Z`,
    kind === 'failover' ? kind : 'switch',
    `${from} -> ${to ?? '?'}`,
    outcomeWord(outcome),
    `${hookSeconds.toFixed(1)} s`,
    by ?? '?',
  ];
}

export function outcomeWord(outcome: HistoryEntry['outcome']): string {
  return outcome === 'done' || outcome === 'given back' ? outcome : outcome.toUpperCase();
}

export function storyText(story: Story): string {
  const { number, kind, from, to, at, outcome, leftToDo, withoutLog } = story;
  const [why, took] = storyHead(story);
  return [
    `${number}: ${kind}, ${from} -> ${to ?? '?'}, ${at}`,
    `  ${outcomeWord(outcome)}${ifAny(': ', why)}`,
    `  ${took}`,
    ...leftToDo.map((line) => `  LEFT TO DO: ${line}`),
    ...(withoutLog === null ? [] : [`  without MHA's own phases: ${withoutLog}`]),
    '',
    ...story.timeline.map((entry) => timelineLine(entry, story.timeline[0]?.at ?? at)),
  ].join('\n');
}

/** Why it failed, or nothing; how long it took, and by whom. */
export function storyHead({ message, seconds, hookSeconds, by }: HistoryEntry): readonly [string, string] {
  const took = seconds === null ? 'no end is known' : `${seconds.toFixed(1)} s from the first hook to the last`;
  return [message, `${took}, ${hookSeconds.toFixed(1)} s of it in hooks; by ${by ?? 'nobody that is known'}`];
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

const indent = { mha: '', hook: '  ', step: '    ' } as const;
