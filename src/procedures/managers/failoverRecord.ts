// How far a failover has come, as the store has it: each phase is written before what it names changes data. Whoever
// takes over goes by it, so what cannot be read is not taken for "none".
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { StoreEntry } from '../../context/Store.ts';

/**
 * In this order. `begun`, `stopping`: no data was changed. From `recovering` on the failover is reserved by its own
 * record, whoever leads: logs may have been applied to the new master, and nobody may begin another one.
 */
export const failoverPhases = ['begun', 'stopping', 'recovering', 'opening', 'open', 'replicas', 'done'] as const;
export type FailoverPhase = (typeof failoverPhases)[number];

export interface FailoverRecord {
  /** No other failover has it. */
  readonly id: string;
  /** Of its leader. */
  readonly epoch: number;
  /** The manager. */
  readonly by: string;
  /** The dead master, and the new one: null until that is to be opened. */
  readonly from: string;
  readonly to: string | null;
  readonly phase: FailoverPhase;
  /** Time of day, for people: two managers need not agree on it. */
  readonly at: string;
  /** Where the new master's log was before it was opened, `FILE:POSITION`: for replicas that do not follow it yet. */
  readonly position: string | null;
}

/** With the revision that the next change compares. */
export interface KnownFailover {
  readonly record: FailoverRecord;
  readonly changeRevision: number;
}

export function knownFailover(entry: StoreEntry | null): KnownFailover | Unknown | null {
  if (entry === null) return null;
  const record = parsed(entry.value);
  return isUnknown(record) ? record : { record, changeRevision: entry.changeRevision };
}

export function isReserved({ phase }: FailoverRecord): boolean {
  return phase === 'recovering' || phase === 'opening' || phase === 'open' || phase === 'replicas';
}

/** @param entry of the failover that is recorded for a cluster */
export function isReservedBy(manager: string | undefined, entry: StoreEntry | null): boolean {
  const known = knownFailover(entry);
  return known !== null && !isUnknown(known) && known.record.by === manager && isReserved(known.record);
}

function parsed(text: string): FailoverRecord | Unknown {
  try {
    const value = JSON.parse(text) as Partial<Record<keyof FailoverRecord, unknown>> | null;
    const { id, epoch, by, from, to = null, phase, at, position = null } = value ?? {};
    const known = failoverPhases.find((name) => name === phase);
    if (known !== undefined && isText(id) && isText(by) && isText(from) && isText(at) && Number.isSafeInteger(epoch))
      if (isTextOrNull(to) && isTextOrNull(position))
        return { id, epoch: Number(epoch), by, from, to, phase: known, at, position };
  } catch {
    // Not even JSON: the same.
  }
  return { unknown: 'the record of the last failover in the store cannot be read; another version has written it' };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}
