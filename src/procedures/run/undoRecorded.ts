// Undoing what an earlier run has written into the journal.
import { Failure } from '../../errors/errors.ts';
import type { MasterEnd } from '../../mha/request.ts';
import type { RunRecord, StepRecord } from '../../steps/journal.ts';
import { stopEvents } from '../../steps/eventSteps.ts';
import { clearReadOnly, setReadOnly } from '../../steps/readOnlySteps.ts';
import type { Change } from '../../steps/stepTools.ts';
import { undoChanges } from '../../steps/undoChanges.ts';
import type { Step } from '../../steps/Step.ts';
import { assignWriterAddress, releaseWriterAddress } from '../../steps/writerAddressSteps.ts';
import { undoable, type UndoableKind } from './earlierRuns.ts';
import type { Run } from './openRun.ts';

/**
 * Undoes the recorded steps, newest first; one that fails does not stop the others.
 * @param ends the hosts that the steps are about, with accounts
 * @returns what is left to do by hand, one line each
 */
export async function undoRecorded(
  run: Run,
  record: RunRecord,
  ends: readonly MasterEnd[],
): Promise<readonly string[]> {
  const changes = record.steps.flatMap((step): Change[] => {
    const undoable = recordedStep(run, record, step, ends);
    return undoable === null ? [] : [{ step: undoable, before: step.before, run: record.run }];
  });
  const { kept, failed, leftToDo } = await undoChanges(changes, run.stepTools);
  return [...(kept === null ? [] : [`NOT undone: ${kept}`]), ...failed, ...leftToDo];
}

/**
 * The step that a record is about, connecting only when it is undone; null for one that cannot be undone (terminated
 * sessions).
 */
function recordedStep(run: Run, { origHost }: RunRecord, record: StepRecord, ends: readonly MasterEnd[]): Step | null {
  const about = undoable(record);
  if (about === null) return null;
  const { kind, host } = about;
  const end = ends.find((candidate) => candidate.host === host);
  const step = {
    id: record.id,
    title: record.title,
    check: () => Promise.resolve(null),
    apply: () => Promise.resolve({}),
    verify: () => Promise.resolve(),
  };
  // Read-only is where a replica belongs, even if somebody had left it writable before.
  if (kind === 'set-read-only' && host !== origHost) {
    return {
      ...step,
      undo: { title: `leave ${host} read-only, as a replica must be`, run: () => Promise.resolve([]) },
    };
  }
  return {
    ...step,
    undo: {
      title: `undo "${record.title}"`,
      decides: kind === 'clear-read-only',
      async run(before) {
        if (end === undefined) throw new Error(`${host} is not in MHA's configuration`);
        return (await (await makers[kind](run, end)).undo?.run(before)) ?? [];
      },
    },
  };
}

type Maker = (run: Run, end: MasterEnd) => Promise<Step>;

const makers: Readonly<Record<UndoableKind, Maker>> = {
  'set-read-only': async (run, end) =>
    setReadOnly(await run.server(end), run.settings(end).options.super_read_only, null),
  'stop-events': async (run, end) => stopEvents(await run.server(end)),
  'clear-read-only': async (run, end) => clearReadOnly(await run.server(end)),
  'release-address': async (run, end) => {
    const host = run.host(end);
    // The record may be old: somebody else may have the address by now.
    if (await run.provider.holds(host)) return releaseWriterAddress(run.provider, host);
    const elsewhere = await run.provider.answersElsewhere(host, 'once');
    const address = run.provider.address ?? '';
    if (elsewhere.kind === 'somebody') {
      throw new Failure(
        'refused',
        `${elsewhere.who} answers for the writer address ${address}; it must not be on two hosts`,
      );
    }
    // All hosts of the cluster were asked before the undoing began, or the new master is known not to have it.
    if (elsewhere.kind === 'unknown') run.tools.log.warn(`the network could not be asked: ${elsewhere.why}`);
    return releaseWriterAddress(run.provider, host);
  },
  'assign-address': (run, end) =>
    Promise.resolve(assignWriterAddress(run.provider, run.host(end), Promise.resolve({ kind: 'nobody' }))),
};
