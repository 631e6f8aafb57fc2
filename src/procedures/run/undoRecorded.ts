// Undoing what an earlier run has written into the journal.
import { Failure } from '../../errors/errors.ts';
import type { MasterEnd } from '../../mha/request.ts';
import type { RunRecord, StepRecord } from '../../steps/journal.ts';
import { clearReadOnly, setReadOnly } from '../../steps/readOnlySteps.ts';
import { undoChanges, type Change } from '../../steps/runSteps.ts';
import type { Step } from '../../steps/Step.ts';
import { assignWriterAddress, releaseWriterAddress } from '../../steps/writerAddressSteps.ts';
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
    const undoable = recordedStep(run, step, ends);
    return undoable === null ? [] : [{ step: undoable, before: step.before, run: record.run }];
  });
  const { failed, leftToDo } = await undoChanges(changes, run.stepTools);
  return [...failed, ...leftToDo];
}

/**
 * The step that a record is about, connecting only when it is undone; null for one that cannot be undone (terminated
 * sessions).
 */
function recordedStep(run: Run, record: StepRecord, ends: readonly MasterEnd[]): Step | null {
  const separator = record.id.indexOf(':');
  const host = record.id.slice(separator + 1);
  const end = ends.find((candidate) => candidate.host === host);
  const make = makers.get(record.id.slice(0, separator));
  if (make === undefined) return null;
  return {
    id: record.id,
    title: record.title,
    check: () => Promise.resolve(null),
    apply: () => Promise.resolve({}),
    verify: () => Promise.resolve(),
    undo: {
      title: `undo "${record.title}"`,
      async run(before) {
        if (end === undefined) throw new Error(`${host} is not in MHA's configuration`);
        return (await (await make(run, end)).undo?.run(before)) ?? [];
      },
    },
  };
}

type Maker = (run: Run, end: MasterEnd) => Promise<Step>;

const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  [
    'set-read-only',
    async (run, end) => setReadOnly(await run.server(end), run.settings(end).options.super_read_only, null),
  ],
  ['clear-read-only', async (run, end) => clearReadOnly(await run.server(end))],
  [
    'release-address',
    async (run, end) => {
      const host = run.host(end);
      // The record may be old: somebody else may have the address by now.
      const holder = (await run.provider.holds(host)) ? null : await run.provider.answersElsewhere(host);
      if (holder !== null)
        throw new Failure(
          'refused',
          `${holder} answers for the writer address ${run.provider.address ?? ''}; it must not be on two hosts`,
        );
      return releaseWriterAddress(run.provider, host);
    },
  ],
  [
    'assign-address',
    (run, end) => Promise.resolve(assignWriterAddress(run.provider, run.host(end), Promise.resolve(null))),
  ],
]);
