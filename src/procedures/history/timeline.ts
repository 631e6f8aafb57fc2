// One switch or failover from the first failed ping to the last replica: MHA's phases and the hooks' steps by their
// time. Pure.
import type { LoggedPhase } from '../../mha/failoverPhases.ts';
import type { RunRecord, StepRecord } from '../../steps/journal.ts';
import { secondsBetween, type Group } from './groupRuns.ts';
import type { TimelineEntry } from './HistoryEntry.ts';

export function timelineOf(group: Group, phases: readonly LoggedPhase[]): readonly TimelineEntry[] {
  const places = placesOf(phases, group);
  const ofMha = phases.map((phase, index) => {
    return { place: places[index] ?? phase.at, entry: phaseEntry(phase, phases.slice(index + 1)) };
  });
  const ofHooks = group.flatMap(runEntries).map((entry) => ({ place: Date.parse(entry.at), entry }));
  return [...ofMha, ...ofHooks].sort((a, b) => a.place - b.place).map(({ entry }) => entry);
}

/** What MHA begins only when a hook has ended. */
const afterHook: readonly { readonly hook: RegExp; readonly phase: RegExp }[] = [
  { hook: /^hard stop/, phase: /^Phase 3/ },
  { hook: /^hard start$/, phase: /^Phase 4/ },
];

/** MHA's log has whole seconds, the hooks have more: within a second the order is that in which MHA goes on. In ms. */
function placesOf(phases: readonly LoggedPhase[], group: Group): readonly number[] {
  let reached = -Infinity;
  return phases.map(({ at, text }) => {
    for (const { hook, phase } of afterHook) {
      const end = group.findLast(({ procedure }) => hook.test(procedure))?.end;
      if (phase.test(text) && end != null) reached = Math.max(reached, Date.parse(end.at));
    }
    reached = Math.max(reached, at);
    // A clock that was set is no reason to move what is seconds away.
    return reached - at < 1_000 ? reached : at;
  });
}

function phaseEntry({ at, text, goesOn }: LoggedPhase, later: readonly LoggedPhase[]): TimelineEntry {
  // What says that something is over ends the phase too, but not a replica among others.
  const next = later.find((phase) => phase.goesOn) ?? later.at(-1);
  const seconds = goesOn && next !== undefined ? (next.at - at) / 1000 : null;
  return { at: new Date(at).toISOString(), source: 'mha', text, seconds };
}

function runEntries(run: RunRecord): readonly TimelineEntry[] {
  const { procedure, startedAt, end, steps } = run;
  const seconds = end === null ? null : secondsBetween(startedAt, end.at);
  return [
    { at: startedAt, source: 'hook', text: `hook ${procedure}: ${endOf(run)}`, seconds },
    ...steps.map(stepEntry),
    ...witnessEntry(run),
  ];
}

/** How long the outage was is not how long this took. */
function witnessEntry({ witness }: RunRecord): readonly TimelineEntry[] {
  if (witness?.met !== 'new master') return [];
  const text = `a client meets ${witness.server} through ${witness.through}, and could write`;
  return [{ at: witness.at, source: 'witness', text, seconds: null }];
}

function endOf({ end }: RunRecord): string {
  if (end === null) return 'NOT ENDED';
  if (end.outcome === 'failed') return `FAILED: ${end.message}`;
  return end.outcome === 'done' ? 'done' : 'done, LEFT TO DO';
}

function stepEntry({ title, state, at, endedAt }: StepRecord): TimelineEntry {
  const words = { done: '', undone: ' (UNDONE)', begun: ' (NOT FINISHED)' } as const;
  // When it was undone is not when it had been done.
  const seconds = state === 'done' && endedAt !== null ? secondsBetween(at, endedAt) : null;
  return { at, source: 'step', text: `${title}${words[state]}`, seconds };
}
