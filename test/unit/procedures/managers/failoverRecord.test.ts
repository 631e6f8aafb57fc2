import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import {
  failoverPhases,
  isReserved,
  knownFailover,
  type FailoverRecord,
} from '../../../../src/procedures/managers/failoverRecord.ts';
import { record } from './failovers.ts';

const entry = (value: string) => ({ key: 'k', value, createRevision: 3, changeRevision: 9, lease: null });

test('what is written is read again, with the revision of its last change', () => {
  const written: FailoverRecord = { ...record, phase: 'opening', to: 'db11', position: 'binlog.7:4' };
  assert.deepEqual(knownFailover(entry(JSON.stringify(written))), { record: written, changeRevision: 9 });
  assert.equal(knownFailover(null), null);
});

test('what cannot be read is unknown, and never none', () => {
  const wrong = [
    '',
    'null',
    '{}',
    '[]',
    '{',
    '"done"',
    JSON.stringify({ ...record, phase: 'of a later version' }),
    JSON.stringify({ ...record, id: '' }),
    JSON.stringify({ ...record, epoch: '7' }),
    JSON.stringify({ ...record, to: 7 }),
    JSON.stringify({ ...record, from: undefined }),
  ];
  for (const text of wrong) assert.ok(isUnknown(knownFailover(entry(text))), text);
});

test('a failover is reserved from the moment in which logs may be applied, until it is done', () => {
  const reserved = failoverPhases.filter((phase) => isReserved({ ...record, phase }));
  assert.deepEqual(reserved, ['recovering', 'opening', 'open', 'replicas']);
});
