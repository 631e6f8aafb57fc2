// A switch or a failover as history has it. Times are ISO 8601, in UTC; null: not known, or there is none.
import type { WitnessRecord } from '../../steps/witnessRecord.ts';

export interface HistoryEntry {
  /** Counts from the oldest. */
  readonly number: number;
  readonly at: string;
  readonly kind: 'planned switch' | 'failover';
  readonly from: string;
  readonly to: string | null;
  /**
   * `given back`: the planned switch broke off, and what it had changed was undone. `not finished`: the hooks have not
   * made another server the master.
   */
  readonly outcome: 'done' | 'left to do' | 'failed' | 'given back' | 'not finished';
  /** From the call of the first hook to the end of the last. */
  readonly seconds: number | null;
  /** Of these, in hooks. */
  readonly hookSeconds: number;
  /** The program of MHA's, and the account or the person behind it. */
  readonly by: string | null;
  /** Why it failed. */
  readonly message: string;
  readonly leftToDo: readonly string[];
  /** What clients met meanwhile. */
  readonly outage: Outage | null;
  /** Of a drill: the switch away from the master, or the one back. */
  readonly drill: 'there' | 'back' | null;
}

export interface Outage {
  /** Null: not measured, or not known. */
  readonly seconds: number | null;
  /** It had begun before anybody looked, or had not ended. */
  readonly atLeast: boolean;
  readonly met: WitnessRecord['met'];
  /** In words: what was seen, through what, from where. */
  readonly text: string;
}

export interface TimelineEntry {
  readonly at: string;
  /** MHA's log has whole seconds. */
  readonly source: 'mha' | 'hook' | 'step' | 'witness';
  readonly text: string;
  readonly seconds: number | null;
}

export interface Story extends HistoryEntry {
  readonly timeline: readonly TimelineEntry[];
  /** Why MHA's part is missing. */
  readonly withoutLog: string | null;
}
