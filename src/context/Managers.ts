// What a monitor needs beside other managers, and what a hook asks it. Types only.
import type { LeaseClock } from './LeaseClock.ts';
import type { Store, StoreTarget } from './Store.ts';

/** The masterha_manager that has called: its epoch, and the socket of its monitor. Null: a person has. */
export interface ManagerCaller {
  readonly epoch: number | null;
  readonly guard: string | null;
  /** A failover on a person's word while etcd does not answer. */
  readonly withoutStore?: boolean;
}

export interface ManagerTools {
  readonly clock: LeaseClock;
  /** Program and first arguments that start this program again. */
  readonly self: readonly string[];
  /** @throws StoreFailure for a file of the target that cannot be read */
  readonly openStore: (target: StoreTarget) => Promise<Store>;
  /** Addresses of this machine that another may see it by. */
  readonly addresses: () => readonly string[];
  /**
   * In one go, before it returns: whoever acts by this file must not act by the old one. Errors are Node's.
   * @param changedAt what it shall have for the time of its last change, in ms since 1970
   */
  readonly keepFile: (path: string, text: string, changedAt?: number) => void;
  /**
   * Answers each line with a line of JSON, for this account alone.
   * @returns ends it
   * @throws Failure `environment`
   */
  readonly serveLines: (path: string, answer: (line: string) => Promise<unknown>) => Promise<() => void>;
}
