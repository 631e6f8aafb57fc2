// Runs steps in order and, when one fails, undoes in reverse order only what this run (or the run it inherits from)
// changed.
import type { Budget } from '../context/budget.ts';
import type { Clock, Log } from '../context/Context.ts';
import { asFailure, errorLine } from '../errors/message.ts';
import { Failure } from '../errors/errors.ts';
import type { LeftToDo } from '../vip/Provider.ts';
import type { Journal } from './journal.ts';
import type { Applied, Before, Step } from './Step.ts';

/** How long undoing everything may take. */
export const undoMs = 60_000;

export interface StepTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  readonly budget: Budget;
  readonly interrupted: AbortSignal;
  /** Nothing is done that is not in the record: a run that can wait is given up rather than not to be undone. */
  readonly mustRecord?: boolean;
  /** Asked before anything is begun once more over a new connection. @throws Failure `refused` */
  readonly still?: () => Promise<void>;
}

/** A change that can be taken back. `run`: the journal's name of the run that made it, null for this one. */
export interface Change {
  readonly step: Step;
  readonly before: Before;
  readonly run: string | null;
}

/**
 * What an earlier, killed run had begun: step id -> what it found before. A step that is "already so" because of it is
 * ours to undo.
 */
export type Inherited = ReadonlyMap<string, { readonly before: Before; readonly run: string }>;

export interface StepsResult {
  readonly changes: readonly Change[];
  readonly leftToDo: LeftToDo;
}

/**
 * @throws Failure of the step that failed, with its exit code, after the undoing; the message says whether everything
 *   was undone.
 */
export async function runSteps(
  steps: readonly Step[],
  tools: StepTools,
  inherited: Inherited = new Map(),
): Promise<StepsResult> {
  const changes: Change[] = [];
  const leftToDo: string[] = [];
  let isCommitted = false;
  for (const [index, step] of steps.entries()) {
    const number = `${index + 1}/${steps.length}`;
    const started = tools.clock.monotonic();
    const took = (): string => `${Math.round(tools.clock.monotonic() - started)} ms`;
    try {
      const applied = await runStep(step, isCommitted ? { ...tools, interrupted: never } : tools, inherited, changes);
      isCommitted ||= step.commits === true;
      const detail = applied === null ? 'already so' : ['done', applied.detail, applied.note].filter(isText).join(', ');
      tools.log.info(`${number} ${step.title}: ${detail} (${took()})`);
      leftToDo.push(...(applied?.leftToDo ?? []));
    } catch (error) {
      const failure = asFailure(error);
      tools.log.warn(`${number} ${step.title}: FAILED after ${took()}: ${errorLine(failure)}`);
      const left = await leavesOf(step, failure, isCommitted);
      if (left !== null) {
        leftToDo.push(...left);
        continue;
      }
      throw await undone(failure, step.title, changes, tools);
    }
  }
  return { changes, leftToDo };
}

const never = new AbortController().signal;

/** Null: the run is undone. */
async function leavesOf(step: Step, failure: Failure, isCommitted: boolean): Promise<LeftToDo | null> {
  if (step.failureLeaves === undefined || (failure.kind === 'interrupted' && !isCommitted)) return null;
  return (await step.failureUndoes?.(failure)) === true ? null : step.failureLeaves(failure);
}

/** @param changes gets what is to be undone. @returns null where it was so already */
async function runStep(step: Step, tools: StepTools, inherited: Inherited, changes: Change[]): Promise<Applied | null> {
  // What the killed run found is the older truth: undo goes back to that.
  const earlier = inherited.get(step.id);
  let isRecorded = false;
  async function attempt(): Promise<Applied | null> {
    tools.interrupted.throwIfAborted();
    tools.budget.limit(1);
    const found = await step.check();
    if (earlier !== undefined && !isRecorded) {
      isRecorded = true;
      changes.push({ step, ...earlier });
      // From now on it is in this run's record: whoever undoes looks there.
      await tools.journal.begun(step.id, step.title, earlier.before);
    }
    if (found === null) {
      if (isRecorded) await tools.journal.done(step.id);
      return null;
    }
    if (!isRecorded) {
      isRecorded = true;
      const isWritten = await tools.journal.begun(step.id, step.title, found);
      if (!isWritten && tools.mustRecord === true) {
        throw new Failure('refused', 'it cannot be recorded, and after a kill -9 nobody could undo it', {
          hint: 'make room where the journal is, and let this account write there',
        });
      }
      changes.push({ step, before: found, run: null });
    }
    const applied = await step.apply(found);
    await step.verify();
    await tools.journal.done(step.id, applied.detail);
    return applied;
  }
  try {
    return await attempt();
  } catch (error) {
    // Over a connection of its own, from its look on: whatever was done or not before the connection broke.
    if (!isLostConnection(error)) throw error;
    tools.log.warn(`${step.title}: the connection was lost (${errorLine(error)}); once more over a new one`);
    // Who ended it may be another manager that has taken over.
    await tools.still?.();
    return attempt();
  }
}

/** The way there broke, so that nothing is known of what was asked. A server that answers, or a limit, is not that. */
function isLostConnection(error: unknown): boolean {
  const failure = asFailure(error);
  if (failure.kind === 'ssh') return true;
  const code = (failure.cause as NodeJS.ErrnoException | undefined)?.code;
  return failure.kind === 'mysql' && code !== undefined && lostCodes.has(code);
}

const lostCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'PROTOCOL_CONNECTION_LOST', 'ETIMEDOUT']);

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

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

async function undone(failure: Failure, title: string, changes: readonly Change[], tools: StepTools): Promise<Failure> {
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
