// Takes back what the steps of a run, or of one that it inherits from, have changed.
import { errorLine, asFailure } from '../errors/message.ts';
import { Failure } from '../errors/errors.ts';
import type { LeftToDo } from '../vip/Provider.ts';
import { isLostConnection } from './lostConnection.ts';
import type { Change, StepTools } from './stepTools.ts';
import type { Before, Step } from './Step.ts';

/** How long undoing everything may take. */
export const undoMs = 60_000;

export interface Undoing {
  /** Why all that is not undone yet is left as it is; null when nothing spoke against undoing. */
  readonly kept: string | null;
  /** A line for each that could not be undone. */
  readonly failed: readonly string[];
  readonly leftToDo: LeftToDo;
}

/**
 * Undoes, newest first, after those that decide; one that fails does not stop the others, unless it decides and
 * refuses.
 */
export async function undoChanges(changes: readonly Change[], tools: StepTools): Promise<Undoing> {
  let kept: string | null = null;
  const failed: string[] = [];
  const leftToDo: string[] = [];
  // A caller that goes on afterwards has no more time than before.
  const endUndo = tools.budget.beginUndo(undoMs);
  const newest = changes.toReversed();
  const deciding = newest.filter(({ step }) => step.undo?.decides === true);
  for (const { step, before, run } of [...deciding, ...newest.filter((change) => !deciding.includes(change))]) {
    if (step.undo === undefined) continue;
    try {
      leftToDo.push(...(await runUndo(step.undo, before, tools)));
      await tools.journal.undone(null, step.id);
      if (run !== null) await tools.journal.undone(run, step.id);
      tools.log.info(`undo: ${step.undo.title}: done`);
    } catch (error) {
      if (step.undo.decides === true && asFailure(error).kind === 'refused') {
        kept = errorLine(error);
        tools.log.warn(`undo: ${kept}; all is left as it is`);
        break;
      }
      failed.push(`${step.undo.title} (${errorLine(error)})`);
      tools.log.warn(`undo: ${step.undo.title}: FAILED: ${errorLine(error)}`);
    }
  }
  endUndo();
  return { kept, failed, leftToDo };
}

/** As with a step: what is known of it is known over a new connection, and it looks first. */
async function runUndo(undo: NonNullable<Step['undo']>, before: Before, { log }: StepTools): Promise<LeftToDo> {
  try {
    return await undo.run(before);
  } catch (error) {
    if (!isLostConnection(error)) throw error;
    log.warn(`undo: ${undo.title}: the connection was lost (${errorLine(error)}); once more over a new one`);
    return undo.run(before);
  }
}

/** @returns the failure, and what became of what had been changed before it */
export async function undone(
  failure: Failure,
  title: string,
  changes: readonly Change[],
  tools: StepTools,
): Promise<Failure> {
  const undoable = changes.filter(({ step }) => step.undo !== undefined);
  const { kept, failed, leftToDo } = await undoChanges(changes, tools);
  const what = `could not ${title}: ${failure.message}`;
  const hint = failure.hint === undefined ? {} : { hint: failure.hint };
  if (kept !== null) {
    return new Failure('undo', `${what}; NOT undone: ${kept}`, { ...hint, cause: failure });
  }
  if (failed.length > 0) {
    return new Failure('undo', `${what}; NOT undone, do it by hand: ${failed.join('; ')}`, { ...hint, cause: failure });
  }
  const rest = leftToDo.length > 0 ? `; left to do: ${leftToDo.join('; ')}` : '';
  return new Failure(failure.kind, `${what}; ${whatBecame(undoable.length, changes.length)}${rest}`, {
    ...hint,
    cause: failure,
  });
}

function whatBecame(undone: number, changed: number): string {
  if (undone > 0) return 'everything this run had changed was undone';
  return changed > 0 ? 'what had been done was left as it is' : 'nothing had been changed';
}
