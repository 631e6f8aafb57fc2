// Runs steps in order and, when one fails, undoes in reverse order only what this run (or the run it inherits from)
// changed.
import type { Clock } from '../context/Context.ts';
import { asFailure, errorLine } from '../errors/message.ts';
import { Failure } from '../errors/errors.ts';
import type { LeftToDo } from '../vip/Provider.ts';
import { isLostConnection } from './lostConnection.ts';
import type { Applied, Before, Step } from './Step.ts';
import type { Change, StepTools } from './stepTools.ts';
import { undone } from './undoChanges.ts';

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
  // A step that is being read back, and what those after it have to say: that comes after its own line.
  let open: OpenStep | null = null;
  const lines: string[] = [];
  const say = (): void => lines.splice(0).forEach((line) => tools.log.info(line));

  async function failed({ step, number, took }: Begun, error: unknown): Promise<void> {
    say();
    const failure = asFailure(error);
    tools.log.warn(`${number} ${step.title}: FAILED after ${took()}: ${errorLine(failure)}`);
    const left = await leavesOf(step, failure, isCommitted);
    if (left === null) throw await undone(failure, step.title, changes, tools);
    leftToDo.push(...left);
  }

  /** As soon as it is known: others may wait for sessions, and a person for a line. */
  function readBackOf(begun: Begun, applied: Applied, again: OpenStep['again']): OpenStep {
    const step: OpenStep = { ...begun, again, over: Promise.resolve(), failure: null };
    const done = (): void => {
      open = null;
      void tools.journal.done(begun.step.id, applied.detail);
      lines.unshift(lineOf(begun, applied));
      say();
    };
    step.over = applied.readBack?.then(done, (error: unknown) => void (step.failure = asFailure(error))) ?? step.over;
    return step;
  }

  async function settle(settling: OpenStep | null): Promise<void> {
    await settling?.over;
    if (settling?.failure == null) return;
    open = null;
    try {
      lines.unshift(lineOf(settling, await repeated(settling, settling.failure, tools)));
      say();
    } catch (error) {
      await failed(settling, error);
    }
  }

  for (const [index, step] of steps.entries()) {
    if (open?.failure != null) await settle(open);
    const begun = beginning(step, `${index + 1}/${steps.length}`, tools.clock);
    let ran: Ran;
    try {
      ran = await runStep(step, isCommitted ? { ...tools, interrupted: never } : tools, inherited, changes);
    } catch (error) {
      // What it does on a host must not go on beside the undoing.
      await open?.over;
      await failed(begun, error);
      continue;
    }
    const { applied, again } = ran;
    isCommitted ||= step.commits === true;
    leftToDo.push(...(applied?.leftToDo ?? []));
    if (applied?.readBack === undefined) lines.push(lineOf(begun, applied));
    else {
      await settle(open);
      open = readBackOf(begun, applied, again);
    }
    if (open === null) say();
  }
  await settle(open);
  return { changes, leftToDo };
}

interface Begun {
  readonly step: Step;
  /** `3/7` */
  readonly number: string;
  readonly took: () => string;
}

function beginning(step: Step, number: string, clock: Clock): Begun {
  const started = clock.monotonic();
  return { step, number, took: () => `${Math.round(clock.monotonic() - started)} ms` };
}

function lineOf({ step, number, took }: Begun, applied: Applied | null): string {
  const became = applied === null ? 'already so' : ['done', applied.detail, applied.note].filter(isText).join(', ');
  return `${number} ${step.title}: ${became} (${took()})`;
}

interface OpenStep extends Begun {
  readonly again: () => Promise<Applied | null>;
  /** Resolves in any case. */
  over: Promise<void>;
  failure: Failure | null;
}

/** @returns what the step has become: done again, over a new connection, where the one to read it back by was lost */
async function repeated({ step, again }: OpenStep, failure: Failure, tools: StepTools): Promise<Applied | null> {
  await refuseUnlessLost(step, failure, tools);
  const applied = await again();
  if (applied?.readBack === undefined) return applied;
  await applied.readBack;
  void tools.journal.done(step.id, applied.detail);
  return applied;
}

/** Over a connection of its own, from its look on: whatever was done or not before the connection broke. */
async function refuseUnlessLost(step: Step, error: unknown, { log, still }: StepTools): Promise<void> {
  if (!isLostConnection(error)) throw error;
  log.warn(`${step.title}: the connection was lost (${errorLine(error)}); once more over a new one`);
  // Who ended it may be another manager that has taken over.
  await still?.();
}

const never = new AbortController().signal;

/** Null: the run is undone. */
async function leavesOf(step: Step, failure: Failure, isCommitted: boolean): Promise<LeftToDo | null> {
  if (step.failureLeaves === undefined || (failure.kind === 'interrupted' && !isCommitted)) return null;
  return (await step.failureUndoes?.(failure)) === true ? null : step.failureLeaves(failure);
}

interface Ran {
  /** Null where it was so already. */
  readonly applied: Applied | null;
  readonly again: () => Promise<Applied | null>;
}

/** @param changes gets what is to be undone */
async function runStep(step: Step, tools: StepTools, inherited: Inherited, changes: Change[]): Promise<Ran> {
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
    // Whatever comes next in the record is written after it.
    if (applied.readBack === undefined) void tools.journal.done(step.id, applied.detail);
    return applied;
  }
  try {
    return { applied: await attempt(), again: attempt };
  } catch (error) {
    await refuseUnlessLost(step, error, tools);
    return { applied: await attempt(), again: attempt };
  }
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}
