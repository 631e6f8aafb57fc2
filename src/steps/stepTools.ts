// What running and undoing steps share.
import type { Budget } from '../context/budget.ts';
import type { Clock, Log } from '../context/Context.ts';
import type { Journal } from './journal.ts';
import type { Before, Step } from './Step.ts';

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
