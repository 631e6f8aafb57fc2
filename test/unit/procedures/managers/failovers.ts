import type { FailoverRecord, KnownFailover } from '../../../../src/procedures/managers/failoverRecord.ts';

export const record: FailoverRecord = {
  id: '7-1',
  epoch: 7,
  by: 'mgr1',
  from: 'db10',
  to: null,
  phase: 'begun',
  at: '2026-01-31T03:00:00Z',
  position: null,
};

export function known(change: Partial<FailoverRecord> = {}, changeRevision = 40): KnownFailover {
  return { record: { ...record, ...change }, changeRevision };
}
