// A drill as it is told and kept. Times are ISO 8601, in UTC.
import type { WitnessRecord } from '../../steps/witnessRecord.ts';

export interface DrillReport {
  /** MHA's name of the cluster. */
  readonly cluster: string;
  readonly conf: string;
  readonly began: string;
  readonly ended: string;
  readonly by: string | null;
  /** The longest outage that is allowed for each way; null: none was given. */
  readonly budgetSeconds: number | null;
  /** The master before. */
  readonly master: string;
  /** The master now; null: not one server takes writes, or it is not known which. */
  readonly masterNow: string | null;
  /**
   * `done`: there and back, within the budget. `over budget`: there and back, and an outage was longer, or was not
   * measured. `half-way`: another server may be the master than before. `failed`: the first switch was not made.
   */
  readonly outcome: 'done' | 'over budget' | 'half-way' | 'failed';
  /** Why it went no further; empty where it went there and back. */
  readonly why: string;
  /** In their order: there, back. */
  readonly ways: readonly DrillWay[];
}

export interface DrillWay {
  readonly way: 'there' | 'back';
  readonly from: string;
  /** Null: no server takes writes, or more than one. */
  readonly to: string | null;
  /** Of masterha_master_switch. */
  readonly code: number;
  /** How long MHA was at work. */
  readonly seconds: number;
  /** What clients met; null: nobody looked. */
  readonly outage: WitnessRecord | null;
}
