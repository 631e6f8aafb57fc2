import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailoverPhase } from '../../../../src/procedures/managers/failoverRecord.ts';
import { takeover, type LookAtNewMaster } from '../../../../src/procedures/managers/takeover.ts';
import { known } from './failovers.ts';

const after = (phase: FailoverPhase, waitedMs: number, look: LookAtNewMaster | null = null): string => {
  const answer = takeover(known({ phase, to: 'db11' }), waitedMs, 60_000, look);
  return answer.do === 'block' ? answer.why.kind : answer.do;
};
const unknown = { unknown: 'db11 does not answer' };

test('where no data was changed it leads at once', () => {
  assert.equal(takeover(null, 0, 60_000, null).do, 'lead');
  for (const phase of ['begun', 'stopping', 'done'] as const) assert.equal(after(phase, 0), 'lead');
});

test('where data may have been changed it waits for the owner, then never begins a second one', () => {
  for (const phase of ['recovering', 'opening', 'open', 'replicas'] as const) {
    assert.equal(after(phase, 0), 'wait');
    assert.equal(after(phase, 59_999), 'wait');
    for (const look of [null, { isReadOnly: true, hasAddress: false }, { isReadOnly: false, hasAddress: true }])
      assert.notEqual(after(phase, 60_000, look), 'lead');
  }
  assert.equal(after('recovering', 60_000), 'half recovered');
  assert.equal(after('open', 60_000), 'replicas not pointed');
  assert.equal(after('replicas', 60_000), 'replicas not pointed');
});

test('whether the new master was opened is asked of itself, and unknown is not no', () => {
  assert.equal(after('opening', 60_000), 'look');
  assert.equal(after('opening', 60_000, { isReadOnly: true, hasAddress: false }), 'half recovered');
  const perhaps: readonly LookAtNewMaster[] = [
    { isReadOnly: false, hasAddress: false },
    { isReadOnly: true, hasAddress: true },
    { isReadOnly: unknown, hasAddress: false },
    { isReadOnly: true, hasAddress: unknown },
  ];
  for (const look of perhaps) assert.equal(after('opening', 60_000, look), 'replicas not pointed');
});

test('a record that cannot be read blocks', () => {
  assert.deepEqual(takeover({ unknown: 'x' }, 0, 60_000, null), {
    do: 'block',
    why: { kind: 'unreadable', text: 'x' },
  });
});
