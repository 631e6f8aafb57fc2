// What hooks and the layer for MHA ask the monitor before they act, as one line of JSON each way.
import { failoverPhases, type FailoverPhase } from './failoverRecord.ts';

export interface GuardRequest {
  /** Who asks: name of the procedure, for people. */
  readonly what: string;
  /**
   * What is about to be done; `lead`: something that only the leader may do; `still`: whether what was granted before
   * still holds; `unblock`: a person has finished what a manager that is gone had begun.
   */
  readonly phase: FailoverPhase | 'lead' | 'still' | 'unblock';
  /** Of the masterha_manager that this is part of; null: a person has called. */
  readonly epoch: number | null;
  /** The dead master and the new one; null where there is none, or it is not known yet. */
  readonly from: string | null;
  readonly to: string | null;
  /** Where the new master's log is, as `FILE:POSITION`; null or left out: it was not asked. */
  readonly position?: string | null;
}

/** A hook has written to the journal: that is told to the other managers at once. */
export const recordedLine = JSON.stringify({ recorded: true });

export type GuardAnswer = { readonly granted: true } | { readonly refused: string };

export function readRequest(line: string): GuardRequest | null {
  try {
    const value = JSON.parse(line) as Partial<Record<keyof GuardRequest, unknown>> | null;
    const { what, phase, epoch = null, from = null, to = null, position = null } = value ?? {};
    const known = [...failoverPhases, 'lead' as const, 'still' as const, 'unblock' as const].find(
      (name) => name === phase,
    );
    if (known === undefined || typeof what !== 'string') return null;
    // Perl has numbers from the environment as texts.
    const number = epoch === null ? null : Number(epoch);
    if (number !== null && !(Number.isSafeInteger(number) && number > 0)) return null;
    return { what, phase: known, epoch: number, from: textOf(from), to: textOf(to), position: textOf(position) };
  } catch {
    return null;
  }
}

/** Null for what is no answer: nothing is granted then. */
export function readAnswer(line: string): GuardAnswer | null {
  try {
    const value = JSON.parse(line) as { granted?: unknown; refused?: unknown } | null;
    if (value?.granted === true) return { granted: true };
    return typeof value?.refused === 'string' ? { refused: value.refused } : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
