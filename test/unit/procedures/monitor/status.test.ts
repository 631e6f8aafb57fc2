import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readListenAddress, readWait } from '../../../../src/commands/monitor/monitorCommand.ts';
import { newCluster, type ClusterState } from '../../../../src/procedures/monitor/clusterState.ts';
import { selectClusters } from '../../../../src/procedures/monitor/clusterList.ts';
import { metricsText } from '../../../../src/procedures/monitor/metricsText.ts';
import { whyUnprotected, type Facts } from '../../../../src/procedures/monitor/protection.ts';
import { decide } from '../../../../src/procedures/monitor/nextAction.ts';
import { MemoryFiles } from '../../../doubles/files.ts';

const good: Facts = {
  monitored: true,
  status: 'PING_OK',
  failed: false,
  completeAt: 0,
  lastFailoverMinute: 60,
  now: 3_600_000,
};

for (const [facts, why] of [
  [{}, null],
  [{ lastFailoverMinute: 0, completeAt: 3_600_000 }, null],
  [{ monitored: false }, /nobody would start it again/],
  [{ status: 'CONFIG_ERROR' }, /CONFIG_ERROR/],
  [{ status: 'FAILOVER_RUNNING' }, /a failover is running/],
  [{ failed: true }, /failover\.error/],
  [{ completeAt: 1 }, /no failover before 1970-01-01T01:00:00\.001Z/],
] as const) {
  test(`${JSON.stringify(facts)}: ${why === null ? 'protected' : String(why)}`, () => {
    const said = whyUnprotected({ ...good, ...facts });
    if (why === null) assert.equal(said, null);
    else assert.match(said ?? '', why);
  });
}

test('metrics: one line for each cluster that has the value, names escaped', () => {
  const state = {
    ...newCluster,
    status: 'PING_OK' as const,
    starts: 3,
    lastFailover: { at: 2000, durationMs: 7100, from: 'db10', to: 'db11', partial: false },
  };
  const text = metricsText(
    [
      { conf: '/a.cnf', cluster: 'a"b', workdir: null, lastFailoverMinute: 0, state },
      { conf: '/c.cnf', cluster: 'c', workdir: null, lastFailoverMinute: 0, state: newCluster },
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
    '# TYPE mha_protected gauge',
  ]) {
    assert.ok(text.split('\n').includes(line), line);
  }
  assert.equal(text.match(/mha_last_failover_timestamp_seconds\{/g)?.length, 1);
});

test('metrics say no more than status: files of a failover that somebody else has made count too', () => {
  const state = decide(
    { ...newCluster, phase: { name: 'running', manager: { pid: 7, startTicks: '7' }, completeBefore: null } },
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
    },
  ).state;
  const said = (record: ClusterState, lastFailoverMinute: number): string =>
    /^mha_protected\{.*/m.exec(
      metricsText([{ conf: '/a.cnf', cluster: 'a', workdir: null, lastFailoverMinute, state: record }], 10_000),
    )?.[0] ?? '';
  assert.deepEqual(
    [said(state, 60), said(state, 0), said({ ...state, failed: true }, 0)],
    ['mha_protected{cluster="a"} 0', 'mha_protected{cluster="a"} 1', 'mha_protected{cluster="a"} 0'],
  );
});

test('clusters: named ones and those of a directory, each once', async () => {
  const files = new MemoryFiles({
    '/etc/mha/a.cnf': '',
    '/etc/mha/b.conf': '',
    '/etc/mha/.c.cnf': '',
    '/etc/mha/d.cnf~': '',
  });
  assert.deepEqual(await selectClusters({ conf: ['/etc/mha/a.cnf', '/x/z.cnf'], all: '/etc/mha/' }, { files }), [
    '/etc/mha/a.cnf',
    '/etc/mha/b.conf',
    '/x/z.cnf',
  ]);
  await assert.rejects(selectClusters({ conf: [] }, { files }), /no cluster is given/);
  await assert.rejects(selectClusters({ conf: ['a.cnf'] }, { files }), /a\.cnf: the path must begin with/);
  await assert.rejects(selectClusters({ conf: ['/x/a.conf'], all: '/etc/mha' }, { files }), /are both the cluster "a"/);
});

test('addresses to listen on, and waits', () => {
  assert.deepEqual(
    [readListenAddress('127.0.0.1:9399'), readListenAddress('[::1]:1')],
    [
      { host: '127.0.0.1', port: 9399 },
      { host: '::1', port: 1 },
    ],
  );
  for (const bad of ['9399', '127.0.0.1', '127.0.0.1:0', ':9399'])
    assert.throws(() => readListenAddress(bad), /must be ADDRESS:PORT/, bad);
  assert.equal(readWait('5'), 5000);
  assert.throws(() => readWait('-1'), /whole number of seconds/);
});
