import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeStatus, type ClusterStatus } from '../../../../src/procedures/monitor/monitorStatus.ts';

const status: ClusterStatus = {
  cluster: 'one',
  conf: '/etc/mha/one.cnf',
  protected: true,
  why: null,
  noFailoverBefore: null,
  state: 'PING_OK',
  since: '2026-01-31T03:00:12.000Z',
  master: 'db10',
  managerPid: 7,
  monitorPid: 8,
  restarts: 1,
  absent: [],
  refusal: null,
  orders: [],
  pauses: [],
  incident: null,
  findings: [],
  managers: null,
  lastFailover: null,
};

test('a cluster that is well', () => {
  assert.equal(
    describeStatus(status),
    [
      'one: protected',
      '  state      PING_OK since 2026-01-31T03:00:12.000Z, master db10',
      '  processes  masterha_manager 7, monitor 8, restarts 1',
      '  failover   none yet',
    ].join('\n'),
  );
});

test('not protected, nothing runs, and what is not known', () => {
  const lines = describeStatus({
    ...status,
    protected: false,
    why: 'masterha_manager: NOT_RUNNING',
    state: 'NOT_RUNNING',
    since: null,
    master: null,
    managerPid: null,
    monitorPid: null,
  }).split('\n');
  assert.deepEqual(lines.slice(0, 3), [
    'one: NOT PROTECTED: masterha_manager: NOT_RUNNING',
    '  state      NOT_RUNNING, master unknown',
    '  processes  masterha_manager not running, monitor not running, restarts 1',
  ]);
});

test('until when a failover is refused is said once', () => {
  const until = '2026-01-31T04:00:12.000Z';
  const text = describeStatus({
    ...status,
    protected: false,
    why: `no failover before ${until}`,
    noFailoverBefore: until,
  });
  assert.equal(text.split(until).length, 2, text);
});

const last = { at: '2026-01-31T03:00:12.000Z', from: 'db10', to: 'db11', seconds: 7.12, partial: false };
for (const [change, line] of [
  [{ lastFailover: last }, '  failover   2026-01-31T03:00:12.000Z from db10 to db11 in 7.1 s'],
  [
    { lastFailover: { ...last, to: null, seconds: null, partial: true } },
    '  failover   2026-01-31T03:00:12.000Z from db10 to unknown, some replicas failed',
  ],
  [{ absent: ['db10'] }, '  left out   db10: not a replica yet'],
  [{ absent: ['db10'], refusal: 'MHA would not start' }, '  left out   db10: MHA would not start'],
  [
    { why: 'masterha_manager: NOT_RUNNING', noFailoverBefore: '2026-01-31T04:00:12.000Z' },
    '  refused    no failover before 2026-01-31T04:00:12.000Z',
  ],
  [{ incident: 'NOT PROTECTED: x' }, '  incident   NOT PROTECTED: x'],
  [{ findings: ['no server takes writes'] }, '  seen       no server takes writes'],
] as const) {
  test(line.trim(), () => {
    assert.ok(
      describeStatus({ ...status, ...change })
        .split('\n')
        .includes(line),
    );
  });
}
