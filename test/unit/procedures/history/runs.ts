// Runs as the journal has them.
import type { RunEnd, RunRecord, StepRecord } from '../../../../src/steps/journal.ts';
import type { WitnessRecord } from '../../../../src/steps/witnessRecord.ts';

const begin = Date.parse('2026-01-31T03:00:00.000Z');

/** @param seconds since three o'clock */
export function time(seconds: number): string {
  return new Date(begin + seconds * 1000).toISOString();
}

export function step(title: string, from: number, to: number | null, state: StepRecord['state'] = 'done'): StepRecord {
  return { id: `x:${title}`, title, before: {}, state, at: time(from), endedAt: to === null ? null : time(to) };
}

export function ended(at: number, outcome: RunEnd['outcome'] = 'done', more: Partial<RunEnd> = {}): RunEnd {
  return { at: time(at), outcome, message: '', ...more };
}

export function run(procedure: string, from: number, end: RunEnd | null, more: Partial<RunRecord> = {}): RunRecord {
  return {
    run: `${procedure} ${from}`,
    pid: 1,
    procedure,
    origHost: 'db10',
    newHost: 'db11',
    caller: { pid: 2, startTicks: '3', program: 'masterha_master_switch' },
    by: 'alice',
    startedAt: time(from),
    steps: [],
    end,
    ...more,
  };
}

export const witness: WitnessRecord = {
  at: time(3.2),
  through: 'the writer address 192.0.2.155',
  seenFrom: 'mgr',
  met: 'new master',
  server: 'db11',
  before: 'db10',
  outageMs: 312,
  atLeast: false,
  note: '',
};
