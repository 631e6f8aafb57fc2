// What the parts of a world know of the processes in it.
import type { MhaProcess } from '../../src/context/Context.ts';
import type { Failure } from '../../src/errors/errors.ts';
import type { Outcome } from '../../src/mha/exitCodes.ts';
import type { World } from './world.ts';

/** How a process ended. Null: it was killed. */
export type Exit = Outcome | Failure | null;

/** A process that waits for something. */
export interface Actor {
  readonly pid: number;
  /** MHA, where that has started it. */
  readonly caller: MhaProcess | null;
  /** Gives it what it waits for. @returns whether it goes on */
  wake(goOn: () => void): boolean;
  /** Something of the world that this process asked for, after `delayMs`. */
  after<T>(delayMs: number, get: () => T): Promise<T>;
  /** Calls `then` when this has ended, at once where it has. */
  whenEnded(then: (exit: Exit) => void): void;
}

/** What the processes of one world share. */
export interface Processes {
  readonly world: World;
  /** Called before a process gets what it waits for. */
  beforeWaking(process: Actor): void;
  /** A process that has `stop`'s connections, and looks after the writer when MHA has ended. */
  watchMha(caller: MhaProcess | null): void;
  isRunning(pid: number): boolean;
}
