import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failoverPhases, type FailoverPhase } from '../../../../src/procedures/managers/failoverRecord.ts';
import { advance, wasMade, type Refused } from '../../../../src/procedures/managers/guards.ts';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';
import { known, record } from './failovers.ts';

const keys = clusterKeys('/p/', 'c');
const refusal = (answer: ReturnType<typeof advance>): string =>
  'refused' in answer ? (answer satisfies Refused).refused : assert.fail('not refused');

test('the first failover of a cluster is begun by the leader of the epoch alone', () => {
  assert.deepEqual(advance(keys, record, null), {
    when: [
      { key: keys.leader, createRevision: 7 },
      { key: keys.failover, changeRevision: 0 },
    ],
    change: [{ put: keys.failover, value: JSON.stringify(record) }],
    read: [keys.leader, keys.failover],
  });
});

test('which phase may follow which: all pairs', () => {
  const allowed = failoverPhases.flatMap((before) =>
    failoverPhases
      .filter((phase) => !('refused' in advance(keys, { ...record, phase }, known({ phase: before }))))
      .map((phase) => `${before} > ${phase}`),
  );
  assert.deepEqual(allowed, [
    'begun > begun',
    'begun > stopping',
    'begun > recovering',
    'stopping > begun',
    'stopping > stopping',
    'stopping > recovering',
    'recovering > opening',
    'recovering > replicas',
    'recovering > done',
    'opening > opening',
    'opening > open',
    'open > replicas',
    'open > done',
    'replicas > done',
    'done > begun',
  ]);
});

test('until data is changed the leader must be of the epoch; then the record alone decides', () => {
  const compared = (phase: FailoverPhase, before: FailoverPhase): readonly string[] => {
    const answer = advance(keys, { ...record, phase }, known({ phase: before }));
    return 'refused' in answer ? assert.fail(answer.refused) : answer.when.map(({ key }) => key);
  };
  for (const [phase, before] of [
    ['begun', 'done'],
    ['stopping', 'begun'],
    ['recovering', 'stopping'],
  ] as const)
    assert.deepEqual(compared(phase, before), [keys.leader, keys.failover], phase);
  for (const [phase, before] of [
    ['opening', 'recovering'],
    ['open', 'opening'],
    ['replicas', 'open'],
    ['done', 'replicas'],
  ] as const)
    assert.deepEqual(compared(phase, before), [keys.failover], phase);
});

test('another failover than its own is never gone on with, and one that is reserved never replaced', () => {
  for (const phase of failoverPhases.filter((name) => name !== 'begun')) {
    const other = known({ id: '9-1', by: 'mgr2', phase: 'begun' });
    assert.equal(refusal(advance(keys, { ...record, phase }, other)), 'mgr2 has begun another failover since');
    assert.match(refusal(advance(keys, { ...record, phase }, null)), /knows nothing/);
  }
  const reserved = known({ id: '9-1', by: 'mgr2', from: 'db12', phase: 'open' });
  assert.match(refusal(advance(keys, record, reserved)), /failover of db12 that mgr2 has begun is not finished: open/);
  assert.equal(refusal(advance(keys, record, { unknown: 'cannot be read' })), 'cannot be read');
});

test('a transaction that nobody answered was made when its own record has come so far', () => {
  const opening = { ...record, phase: 'opening' } as const;
  assert.ok(wasMade(opening, known({ phase: 'opening' })));
  assert.ok(wasMade(opening, known({ phase: 'open' })));
  assert.ok(!wasMade(opening, known({ phase: 'recovering' })));
  assert.ok(!wasMade(opening, known({ id: '9-1', phase: 'opening' })));
  assert.ok(!wasMade(opening, null));
  assert.ok(!wasMade(opening, { unknown: 'cannot be read' }));
});
