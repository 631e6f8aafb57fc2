import type { Failure } from '../errors/errors.ts';
import type { LeftToDo } from '../vip/Provider.ts';

/** What a step must remember to undo itself; written to the journal, so plain JSON without secrets. */
export type Before = Readonly<Record<string, string | number | boolean | null>>;

export interface Applied {
  /** Shown behind the step's title, for instance `3 sessions`, and recorded: later runs compare it. */
  readonly detail?: string;
  /** Shown besides, and not recorded. */
  readonly note?: string;
  /** What did not work and is safe to go on with; for a person. */
  readonly leftToDo?: LeftToDo;
  /**
   * Reads back what was done while the steps after it go on: clients wait. The run ends with them, and this one is done
   * when it resolves. Rejects with the failure of this step.
   */
  readonly readBack?: Promise<unknown>;
}

export interface Undo {
  readonly title: string;
  /**
   * It finds out whether anything may be undone at all, so it comes before the others; where it refuses, they are left
   * as they are.
   */
  readonly decides?: boolean;
  run(before: Before): Promise<LeftToDo>;
}

/** One action that can be checked, done, read back and (where that makes sense) undone. */
export interface Step {
  /** Stable name in the journal, one per host: `release-address:db10`. */
  readonly id: string;
  /** As a line for the operator: `release the writer address 192.168.10.155 on db10`. */
  readonly title: string;
  /** Null when all is as it should be already, so that nothing will be done nor undone. */
  check(): Promise<Before | null>;
  apply(before: Before): Promise<Applied>;
  /** Reads back what apply() did. @throws Failure when it is not so. */
  verify(): Promise<void>;
  /**
   * Where failing is better than undoing: what is then left to do, with the reason in it. The run goes on.
   * Without it, a failure undoes the run.
   */
  failureLeaves?(failure: Failure): LeftToDo;
  /** Asked before failureLeaves(): true where undoing the run is better after all. Never throws. */
  failureUndoes?(failure: Failure): Promise<boolean>;
  /** When it is done clients write: an interruption undoes nothing any more, the run goes on to its end. */
  readonly commits?: boolean;
  /** Brings back what `before` says; may be called after apply() failed half-way, so it checks for itself. */
  readonly undo?: Undo;
}
