import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeatRecord } from '../../../../src/procedures/managers/seatRecord.ts';
import { newCluster, type ClusterState } from '../../../../src/procedures/monitor/clusterState.ts';
import { metricsText } from '../../../../src/procedures/monitor/metricsText.ts';
import type { WatchFacts } from '../../../../src/procedures/watch/watchFacts.ts';
import { decide } from '../../../../src/procedures/monitor/nextAction.ts';

test('metrics: one line for each cluster that has the value, names escaped', () => {
  const state = {
    ...newCluster,
    status: 'PING_OK' as const,
    watched: true,
    starts: 3,
    lastFailover: { at: 2000, durationMs: 7100, from: 'db10', to: 'db11', partial: false },
  };
  const facts: WatchFacts = {
    at: 9_000,
    holders: 0,
    writable: 1,
    notSeen: 2,
    lag: [{ host: 'db11', seconds: 4 }],
    leftToDo: null,
  };
  const text = metricsText(
    [
      { conf: '/a.cnf', cluster: 'a"b', workdir: null, lastFailoverMinute: 0, state, facts },
      { conf: '/c.cnf', cluster: 'c', workdir: null, lastFailoverMinute: 0, state: newCluster, facts: null },
    ],
    10_000,
  );
  for (const line of [
    'mha_protected{cluster="a\\"b"} 1',
    'mha_protected{cluster="c"} 0',
    'mha_manager_status{cluster="c"} 2',
    'mha_manager_restarts_total{cluster="a\\"b"} 2',
    'mha_last_failover_timestamp_seconds{cluster="a\\"b"} 2',
    'mha_last_failover_duration_seconds{cluster="a\\"b"} 7.1',
    'mha_writer_address_holders{cluster="a\\"b"} 0',
    'mha_writable_servers{cluster="a\\"b"} 1',
    'mha_not_seen{cluster="a\\"b"} 2',
    'mha_replica_lag_seconds{cluster="a\\"b",host="db11"} 4',
    'mha_last_look_timestamp_seconds{cluster="a\\"b"} 9',
    '# TYPE mha_protected gauge',
  ]) {
    assert.ok(text.split('\n').includes(line), line);
  }
  assert.doesNotMatch(text, /^mha_left_to_do\{|^mha_writable_servers\{cluster="c"/m);
  assert.equal(text.match(/mha_last_failover_timestamp_seconds\{/g)?.length, 1);
});

test('metrics say no more than status: files of a failover that somebody else has made count too', () => {
  const state = decide(
    {
      ...newCluster,
      watched: true,
      phase: { name: 'running', manager: { pid: 7, startTicks: '7' }, completeBefore: null },
    },
    {
      now: 10_000,
      wanted: 'run',
      manager: { pid: 7, startTicks: '7' },
      exitCode: null,
      status: 'PING_OK',
      master: 'db10',
      completeAt: 9_000,
      failed: false,
      returned: [],
      failedOverTo: null,
      reason: '',
      hesitation: '',
    },
  ).state;
  const said = (record: ClusterState, lastFailoverMinute: number): string =>
    /^mha_protected\{.*/m.exec(
      metricsText(
        [{ conf: '/a.cnf', cluster: 'a', workdir: null, lastFailoverMinute, state: record, facts: null }],
        10_000,
      ),
    )?.[0] ?? '';
  assert.deepEqual(
    [said(state, 60), said(state, 0), said({ ...state, failed: true }, 0)],
    ['mha_protected{cluster="a"} 0', 'mha_protected{cluster="a"} 1', 'mha_protected{cluster="a"} 0'],
  );
});

test('several managers: how often this one has taken over, and nothing where there is one', () => {
  const one = { conf: '/c.cnf', cluster: 'c', workdir: null, lastFailoverMinute: 0, state: newCluster, facts: null };
  const seat: SeatRecord = {
    manager: 'mgr1',
    standing: 'leader',
    epoch: 7,
    leader: 'mgr1',
    alive: ['mgr1'],
    silentSince: null,
    silence: null,
    obstacle: null,
    word: null,
    takeovers: 2,
  };
  assert.match(metricsText([{ ...one, seat }], 10_000), /^mha_takeovers_total\{cluster="c"\} 2$/m);
  assert.doesNotMatch(metricsText([one], 10_000), /^mha_takeovers_total\{/m);
});
